/** For whoever asks which build a package is, and whether its files are as they were built. Environment: TARBALL. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { differences, readSums } from "../../server/compare.js";
import { bytesOf, MODULES } from "../support/modules.mjs";
import { run, start } from "../support/program.mjs";
import { Project } from "../support/project.mjs";
import { suiteScope } from "../support/scope.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SUMS = "dist/SHA256SUMS";
const LIFETIME_MS = 60_000;

const scope = suiteScope();
const project = await Project.install();
const installed = join(project.folder, "node_modules", "dinerkit");
const scratch = await realpath(await mkdtemp(join(tmpdir(), "dinerkit-verify-")));
after(() => rm(scratch, { recursive: true }));

const json = async (...path) => JSON.parse(await readFile(join(...path), "utf8"));
const { version } = await json(installed, "package.json");
const build = await json(installed, "dist/build.json");

/** Runs the command of a copy of the package to its end. */
const dinerkit = (words, env, folder = installed) => {
  const program = join(folder, "bin", "dinerkit.js");
  return start(scope, process.execPath, [program, ...words], { cwd: scratch, env, lifetimeMs: LIFETIME_MS }).ended;
};

let copies = 0;
/** A copy of the package, changed by `change(folder)`. */
async function copy(change = () => {}) {
  const folder = join(scratch, `copy-${(copies += 1)}`);
  await cp(installed, folder, { recursive: true });
  await change(folder);
  return folder;
}

const lastLine = (text) => text.trimEnd().split("\n").at(-1);

describe("buildInfo()", () => {
  it("tells version, commit, whether it is dirty, and the metadata's version", async () => {
    const { buildInfo } = await project.dinerkit();
    const { source } = await json(ROOT, "data/phone/metadata.json");
    const { commit, dirty, ...facts } = buildInfo();
    assert.deepEqual(facts, { version, features: ["rules", "client"], phoneMetadata: source.version });
    assert.equal((await run("git", ["cat-file", "-t", commit], { cwd: ROOT })).stdout, "commit\n");
    assert.equal(typeof dirty, "boolean");
    assert.deepEqual([build.version, build.commit, build.dirty], [version, commit, dirty]);
  });
});

describe("the modules", () => {
  it("are in scripts as they are in files", async () => {
    for (const name of MODULES.filter((name) => name !== "fast")) {
      const file = await readFile(join(installed, `dist/${name}_bg.wasm`));
      assert.ok(file.equals(await bytesOf(installed, name)), name);
    }
  });

  it("hold no folder of a machine and no commit", async () => {
    for (const name of ["core", "fast", "guest", "gateway"]) {
      const bytes = await bytesOf(installed, name);
      for (const text of [ROOT, process.env.HOME, "/rustc/", ".cargo", ".rs", build.commit]) {
        assert.equal(bytes.indexOf(text), -1, `${name} holds ${text}`);
      }
    }
  });
});

describe("the sums", () => {
  it("are of every file of the package, and sha256sum reads them", async () => {
    const sums = readSums(await readFile(join(installed, SUMS), "utf8"));
    const entries = await readdir(installed, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).length;
    assert.equal(sums.size, files - 1);
    const module = await readFile(join(installed, "dist/core_bg.wasm"));
    assert.equal(sums.get("dist/core_bg.wasm"), createHash("sha256").update(module).digest("hex"));
    await run("sha256sum", ["--check", "--strict", "--quiet", SUMS], { cwd: installed });
  });

  it("are read in the forms that sha256sum writes", () => {
    const hash = "0".repeat(64);
    for (const [text, expected] of [
      [`${hash}  a b\n${hash} *c/d\n`, { "a b": hash, "c/d": hash }],
      [`${hash}  a`, { a: hash }],
      [`${hash}  a\r\n`, { a: hash }],
      ["", undefined],
      [`${hash} a\n`, undefined],
      [`${hash.slice(1)}  a\n`, undefined],
      ["<!doctype html>\n", undefined],
    ]) {
      const sums = readSums(text);
      assert.deepEqual(sums && Object.fromEntries(sums), expected, text);
    }
  });

  it("differ where a file was changed, is missing or was added", () => {
    const wanted = new Map(Object.entries({ a: "1", b: "1", c: "1" }));
    const found = new Map(Object.entries({ d: "1", c: "2", a: "1" }));
    assert.deepEqual(differences(wanted, found), [
      { path: "b", what: "missing" },
      { path: "c", what: "changed" },
      { path: "d", what: "added" },
    ]);
  });
});

describe("verify", () => {
  it("finds the installed package as it was built, and a release's own sums too", async () => {
    for (const words of [["verify"], ["verify", "--sums", process.env.TARBALL.replace(/tgz$/, "SHA256SUMS")]]) {
      const { status, stdout, stderr } = await dinerkit(words);
      assert.deepEqual([status, stderr], [0, ""]);
      assert.match(
        stdout,
        new RegExp(`^dinerkit ${version} \\(commit ${build.commit}[^)]*\\): all \\d+ files [^\n]+\n$`),
      );
    }
  });

  it("names the files that differ, and ends with status 1", async () => {
    const folder = await copy(async (folder) => {
      await writeFile(join(folder, "dist/core_bg.wasm"), "another");
      await rm(join(folder, "dist/phones.bin"));
      await writeFile(join(folder, "lib/more\u001b[2K.js"), "");
      await mkdir(join(folder, "node_modules"));
      await writeFile(join(folder, "node_modules/of-the-package-manager"), "");
      await symlink("client.js", join(folder, "lib/link.js"));
    });
    const { status, stdout, stderr } = await dinerkit(["verify", folder]);
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual([status, stderr], [1, ""]);
    assert.deepEqual(lines.slice(0, -1), [
      "changed  dist/core_bg.wasm",
      "missing  dist/phones.bin",
      "added  lib/link.js",
      "added  lib/more?[2K.js",
    ]);
    assert.match(lines.at(-1), /: 4 files differ from dist\/SHA256SUMS$/);
  });

  it("holds a copy whose own sums were changed too against a release's", async () => {
    const folder = await copy(async (folder) => {
      const sums = await readFile(join(folder, SUMS), "utf8");
      await writeFile(join(folder, "lib/client.js"), "");
      const empty = createHash("sha256").digest("hex");
      await writeFile(join(folder, SUMS), sums.replace(/^\w+(?= {2}lib\/client\.js$)/m, empty));
    });
    assert.equal((await dinerkit(["verify", folder])).status, 0);
    const { status, stdout } = await dinerkit(["verify", folder, "--sums", join(installed, SUMS)]);
    assert.equal(status, 1);
    assert.match(stdout, /^changed {2}lib\/client\.js$/m);
  });

  it("runs in a copy whose other scripts are damaged", async () => {
    const folder = await copy(async (folder) => {
      for (const name of ["command", "gateway", "core"]) await writeFile(join(folder, "dist", `${name}.js`), "(");
    });
    const { status, stdout } = await dinerkit(["verify"], {}, folder);
    assert.equal(status, 1);
    assert.match(stdout, /^changed {2}dist\/command\.js\nchanged {2}dist\/core\.js\nchanged {2}dist\/gateway\.js\n/);
  });

  it("finds a damaged account of the build", async () => {
    const folder = await copy((folder) => writeFile(join(folder, "dist/build.json"), "{"));
    const { status, stdout } = await dinerkit(["verify", folder]);
    assert.equal(status, 1);
    assert.match(stdout, /^changed {2}dist\/build\.json\ndinerkit of an unknown build: 1 file differs/);
  });

  it("says in one line what it can't compare, and ends with status 2", async () => {
    await writeFile(join(scratch, "page.html"), "<!doctype html>\n");
    const bare = await copy((folder) => rm(join(folder, SUMS)));
    for (const [words, says] of [
      [["a", "b"], /verify takes one folder/],
      [["--sums", "a", "--source", "b"], /not both/],
      [["--previous", "a"], /--previous goes with --source/],
      [["--config", "a"], /--config goes with gateway/],
      [["--sums", "none"], /none can't be read \(ENOENT\)/],
      [["--sums", "page.html"], /page\.html holds no sums/],
      [[scratch], /holds no package of dinerkit/],
      [[bare], /SHA256SUMS can't be read/],
    ]) {
      const { status, stdout, stderr } = await dinerkit(["verify", ...words]);
      assert.deepEqual([status, stdout], [2, ""], words.join(" "));
      assert.match(stderr, says);
      assert.match(stderr, /^dinerkit: [^\n]+\n$/);
    }
    assert.equal((await dinerkit(["gateway", "--sums", "a"])).status, 2);
  });
});

describe("verify --source", () => {
  const checkout = join(scratch, "checkout");
  const git = (...words) =>
    run("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...words], { cwd: checkout });
  /** A folder of programs that has git and node, and cargo only if a test makes it. */
  const programs = join(scratch, "programs");
  const cargo = join(programs, "cargo");
  let commit;

  before(async () => {
    await mkdir(checkout);
    await mkdir(programs);
    await git("init", "--quiet");
    await writeFile(join(checkout, ".gitignore"), "/pkg/\n/said\n");
    await git("add", ".");
    await git("commit", "--quiet", "--message=a");
    commit = (await git("rev-parse", "HEAD")).stdout.trim();
    for (const name of ["git", "cp", "mkdir"]) {
      const { stdout } = await run("sh", ["-c", `command -v ${name}`]);
      await symlink(stdout.trim(), join(programs, name));
    }
  });

  const builtFrom = (facts) =>
    copy(async (folder) => {
      const text = JSON.stringify({ ...build, commit, dirty: false, ...facts });
      await writeFile(join(folder, "dist/build.json"), text);
      const sum = createHash("sha256").update(text).digest("hex");
      const sums = await readFile(join(folder, SUMS), "utf8");
      await writeFile(join(folder, SUMS), sums.replace(/^\w+(?= {2}dist\/build\.json$)/m, sum));
    });

  /** Stands in for cargo: writes down its words, and makes the package that is in `folder`. */
  async function makes(folder, status = 0) {
    const script = `#!/bin/sh\necho "$*" > said\nmkdir -p pkg/dist\ncp ${folder}/package.json pkg/\ncp ${folder}/dist/SHA256SUMS ${folder}/dist/build.json pkg/dist/\nexit ${status}\n`;
    await writeFile(cargo, script);
    await chmod(cargo, 0o755);
  }

  const verify = (folder, ...words) => dinerkit(["verify", folder, "--source", checkout, ...words], { PATH: programs });

  it("finds the package that its commit makes", async () => {
    const folder = await builtFrom({});
    await makes(folder);
    const { status, stdout, stderr } = await verify(folder);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /: all \d+ files are those of a rebuild in /);
    assert.equal(await readFile(join(checkout, "said"), "utf8"), "xtask pack\n");
    await verify(folder, "--previous", "last.tgz");
    assert.equal(
      await readFile(join(checkout, "said"), "utf8"),
      `xtask pack --previous ${join(scratch, "last.tgz")}\n`,
    );
  });

  it("names what differs and what may explain it", async () => {
    await makes(await builtFrom({ tools: { ...build.tools, node: "v1.2.3" } }));
    const folder = await builtFrom({});
    await writeFile(join(folder, "dist/web/files.json"), '[{ "keptFrom": "0.0.9" }]');
    const { status, stdout } = await verify(folder);
    assert.equal(status, 1);
    assert.match(stdout, /^changed {2}dist\/build\.json\nchanged {2}dist\/web\/files\.json\n/);
    assert.match(stdout, /^it was built with node v\d+\.\d+\.\d+, and the rebuild with v1\.2\.3: use the same$/m);
    assert.match(lastLine(stdout), /^it keeps files of 0\.0\.9: give that tarball by --previous$/);
  });

  it("says why no rebuild can be compared", async () => {
    const clean = await builtFrom({});
    const other = "0123456789".repeat(4);
    await makes(clean, 101);
    const cases = [
      [clean, /`cargo xtask pack` failed in /],
      [await builtFrom({ commit: other }), new RegExp(`run \`git checkout ${other}\` there$`, "m")],
      [await builtFrom({ commit: null, dirty: null }), /built without git: no commit has its sources/],
      [await builtFrom({ dirty: true }), /with changes: no commit has its sources/],
      [await copy((folder) => rm(join(folder, "dist/build.json"))), /is missing or damaged: use --sums/],
    ];
    const refused = async (folder, says, ...words) => {
      const { status, stdout, stderr } = await verify(folder, ...words);
      assert.deepEqual([status, stdout], [2, ""], String(says));
      assert.match(stderr, says);
    };
    for (const [folder, says] of cases) await refused(folder, says);
    await rm(cargo);
    await refused(clean, /^dinerkit: cargo is not installed: install Rust by rustup, or compare with sums by --sums$/m);
    await refused(clean, /can't be asked for its commit: it is no checkout/, "--source", programs);
    await writeFile(join(checkout, "new"), "");
    await refused(clean, /has changes: commit or stash them, or clone it anew/);
    await rm(join(checkout, "new"));
  });
});
