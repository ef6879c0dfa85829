/**
 * For whoever changes the commands about files: what a hostile or unlucky file, name or folder can do. Nobody's data in
 * what is printed, no control characters for a terminal, no file written over, memory bounded.
 */
import assert from "node:assert/strict";
import { mkdtemp, link, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createGzip, gzipSync } from "node:zlib";
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { start } from "../support/program.mjs";
import { Project } from "../support/project.mjs";
import { suiteScope } from "../support/scope.mjs";

const MARK = "planted-marker";
const HEADER = "Surname,FirstName,Email,Mobile";
const ROW = `${MARK} Lee,${MARK},${MARK}@example.com,+44 7700 900123`;
const WRONG = `${MARK},${MARK},${MARK}.example,${MARK}`;
const DONE = 0;
const NOT_WELL = 1;
const WRONG_USE = 2;
/** What a terminal acts on, or shows otherwise than it is. */
const CONTROLS = /[\p{Cc}\p{Bidi_C}]/u;

const project = await Project.install();

describe("the commands about files", { timeout: 300_000 }, () => {
  const scope = suiteScope();
  const program = join(project.folder, "node_modules", ".bin", "dinerkit");
  let folder;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "dinerkit-files-"));
    scope.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "peak.cjs"), PEAK);
  });

  const path = (name) => join(folder, name);
  const put = (name, content) => writeFile(path(name), content);
  const command = (words, options = {}) =>
    start(scope, process.execPath, [program, ...words], { cwd: folder, lifetimeMs: 60_000, ...options });
  const check = (...words) => command(["check", ...words]).ended;
  const text = (name) => readFile(path(name), "utf8");
  const names = async () => (await readdir(folder)).sort();

  it("print nobody's data, whatever is wrong", async () => {
    const rows = [ROW, WRONG, `"${MARK}`, ROW, `${ROW},${MARK},${MARK}`, ROW].join("\n");
    await put("private.csv", `${HEADER}\n${rows}\n`);
    await put("private.ndjson", `{"${MARK}":1,"Surname":"${MARK}"\n{"Surname":{"${MARK}":"${MARK}"}}\n"${MARK}"\n`);
    // The first guest stands where the header should be.
    await put("headless.csv", `${ROW}\n${ROW}\n`);
    for (const name of ["private.csv", "private.ndjson", "headless.csv"])
      for (const more of [
        [],
        ["--json"],
        ["--duplicates"],
        ["--strict"],
        ["--report", `${name}.report`],
        ["--report", `${name}.report.csv`],
      ]) {
        const { status, stdout, stderr } = await check(name, ...more);
        assert.equal(status, NOT_WELL, stderr);
        assert.ok(!(stdout + stderr).includes(MARK), stdout + stderr);
        if (more[0] === "--report") assert.ok(!(await text(more[1])).includes(MARK), more[1]);
      }
  });

  it("print no control characters of headers, file names or options", async () => {
    const escape = "\u001B[31m\u001B]0;title\u0007\u202Eabc\u2066\u009B2J";
    await put("escape.csv", `Surname,Email,Mobile,"${escape}\nline"\nLee,a@b.example,+44 7700 900123,x\n`);
    for (const words of [
      ["escape.csv"],
      ["escape.csv", "--json"],
      [`missing${escape}.csv`],
      ["escape.csv", "--map", `missing${escape}.json`],
      ["escape.csv", "--fix", `folder${escape}/out.csv`],
      ["escape.csv", `--${escape}`],
      ["escape.csv", "--format", escape],
    ]) {
      const { stdout, stderr } = await check(...words);
      for (const line of (stdout + stderr).split("\n")) assert.doesNotMatch(line, CONTROLS, JSON.stringify(line));
    }
  });

  it("write over no file, through no link, and leave none half written", async () => {
    await put("good.csv", `${HEADER}\n${ROW}\n`);
    await put("there.csv", "mine");
    await symlink("there.csv", path("to-there.csv"));
    await symlink("nowhere.csv", path("to-nowhere.csv"));
    await symlink("good.csv", path("to-good.csv"));
    await link(path("good.csv"), path("also-good.csv"));
    await mkdir(path("folder"));
    const before = await names();
    for (const option of ["--fix", "--report"])
      for (const out of [
        "there.csv",
        "to-there.csv",
        "to-nowhere.csv",
        "to-good.csv",
        "also-good.csv",
        "good.csv",
        "./good.csv",
        "folder",
        "missing/out.csv",
        "folder/../there.csv",
        "/dev/null/x",
      ]) {
        const { status, stderr } = await check("good.csv", option, out);
        assert.equal(status, WRONG_USE, `${option} ${out}: ${stderr}`);
        assert.deepEqual(await names(), before, `${option} ${out}`);
      }
    assert.equal(await text("there.csv"), "mine");
    assert.equal(await text("good.csv"), `${HEADER}\n${ROW}\n`);
  });

  it("take members that every object has for headers and fields like others", async () => {
    await put("proto.csv", `${HEADER},__proto__,constructor\n${ROW},polluted,polluted\n`);
    await put("proto.json", `[{"__proto__":{"Surname":"x"},"constructor":1}]`);
    await put("map.json", '{"__proto__":"Comments","constructor":"Company"}');
    await put("map-wrong.json", '{"Surname":"__proto__"}');
    assert.equal((await check("proto.csv")).status, DONE);
    assert.equal((await check("proto.json")).status, NOT_WELL);
    assert.equal((await check("proto.csv", "--map", "map.json", "--fix", "proto-fixed.csv")).status, DONE);
    assert.match(await text("proto-fixed.csv"), /polluted/);
    assert.equal((await check("proto.csv", "--map", "map-wrong.json")).status, WRONG_USE);
  });

  it("need little memory for a small file that unpacks to a large one", async () => {
    await put("small.csv.gz", gzipSync(`${HEADER}\n${ROW}\n`));
    await bomb("cell.csv.gz", "a");
    await bomb("quotes.csv.gz", '"');
    await bomb("braces.ndjson.gz", '{"a":');
    const peak = async (name) => {
      const { stderr } = await command(["check", name], {
        env: { NODE_OPTIONS: `--require ${path("peak.cjs")}` },
        lifetimeMs: 120_000,
      }).ended;
      return Number(/^peak (\d+)$/m.exec(stderr)[1]);
    };
    const small = await peak("small.csv.gz");
    for (const name of ["cell.csv.gz", "quotes.csv.gz", "braces.ndjson.gz"]) {
      const large = await peak(name);
      console.log(`files: ${name} takes ${Math.round((large - small) / 1024)} MB more than a small file`);
      assert.ok(large - small < BOMB_MB * 1024 * 0.75, name);
    }
  });

  /** A file that unpacks to BOMB_MB of a text after a header. */
  async function bomb(name, piece) {
    const gzip = createGzip({ level: 1 });
    const file = gzip.pipe(createWriteStream(path(name)));
    gzip.write(name.includes("csv") ? `${HEADER}\n` : "");
    const megabyte = piece.repeat(Math.ceil(2 ** 20 / piece.length));
    for (let written = 0; written < BOMB_MB; written += 1) if (!gzip.write(megabyte)) await once(gzip, "drain");
    gzip.end();
    await once(file, "close");
  }

  it("say of damaged and cut packed files that they are, and leave nothing", async () => {
    const whole = gzipSync(`${HEADER}\n${`${ROW}\n`.repeat(20_000)}`);
    await put("cut.csv.gz", whole.subarray(0, whole.length - 10));
    const broken = Buffer.from(whole);
    broken[Math.floor(whole.length / 2)] ^= 0xff;
    await put("broken.csv.gz", broken);
    await put("plain.csv.gz", `${HEADER}\n${ROW}\n`);
    const before = await names();
    for (const name of ["cut.csv.gz", "broken.csv.gz", "plain.csv.gz"]) {
      const { status, stderr } = await check(name, "--fix", "unpacked.csv", "--report", "unpacked.report");
      assert.equal(status, WRONG_USE, stderr);
      assert.match(stderr, /unpack/);
      assert.deepEqual(await names(), before);
    }
  });

  it("leave no file under its name when they are killed, and go on from nothing half", async () => {
    await put("long.csv", `${HEADER}\n${`${ROW}\n`.repeat(300_000)}`);
    for (const [signal, ms] of [
      ["SIGKILL", 500],
      ["SIGKILL", 900],
      ["SIGTERM", 700],
      ["SIGINT", 600],
    ]) {
      const running = command(["check", "long.csv", "--fix", "killed.csv"]);
      await delay(ms);
      running.kill(signal);
      const { status } = await running.ended;
      if (status === DONE) await rm(path("killed.csv"));
      else assert.ok(!(await names()).includes("killed.csv"), signal);
      if (signal !== "SIGKILL") assert.ok(!(await names()).some((name) => name.includes("killed.csv.")), signal);
    }
    const { status } = await check("long.csv", "--fix", "killed.csv");
    assert.equal(status, DONE);
    assert.equal((await text("killed.csv")).trim().split("\n").length, 300_001);
    assert.deepEqual(
      (await names()).filter((name) => name.includes("killed.csv")),
      ["killed.csv"],
    );
  });

  it("say that a disk is full, and leave nothing", async () => {
    const before = await names();
    const limited = start(
      scope,
      "sh",
      ["-c", 'ulimit -f 100; exec "$@"', "sh", process.execPath, program, "check", "long.csv", "--fix", "full.csv"],
      { cwd: folder },
    );
    const { status, stderr } = await limited.ended;
    assert.equal(status, WRONG_USE, stderr);
    assert.match(stderr, /full|larger/);
    assert.deepEqual(await names(), before);
  });

  it("end quietly when nobody reads on", async () => {
    const piped = start(
      scope,
      "sh",
      ["-c", `"$@" | head -n 1`, "sh", process.execPath, program, "check", "long.csv", "--fix", "-"],
      { cwd: folder, lifetimeMs: 60_000 },
    );
    const { stdout, stderr } = await piped.ended;
    assert.equal(stdout.trim(), HEADER);
    assert.doesNotMatch(stderr, /EPIPE|at .*\.js/);
  });
});

const BOMB_MB = 96;

/** Prints the most memory that a program has had. */
const PEAK = 'process.on("exit", () => process.stderr.write(`\npeak ${process.resourceUsage().maxRSS}\n`));\n';
