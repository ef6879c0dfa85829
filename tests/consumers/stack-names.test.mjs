/** For whoever reads a stack from the field: the archive of names beside the tarball names its frames. Environment: TARBALL. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { BASE_MARK } from "../../pkg/lib/gateway/widget-script.js";
import { bytesOf, MODULES } from "../support/modules.mjs";
import { run, start } from "../support/program.mjs";
import { Project } from "../support/project.mjs";
import { suiteScope } from "../support/scope.mjs";

const scope = suiteScope();
const project = await Project.install();
const installed = join(project.folder, "node_modules", "dinerkit");
const dist = join(installed, "dist");
const scratch = await mkdtemp(join(tmpdir(), "dinerkit-names-"));
after(() => rm(scratch, { recursive: true }));

const stem = `${basename(process.env.TARBALL, ".tgz")}-names`;
await run("tar", ["-xzf", join(process.env.TARBALL, "../../names", `${stem}.tgz`), "-C", scratch]);
const folder = join(scratch, stem);

/** The stack with names behind its frames. */
async function named(input, ...words) {
  const program = join(folder, "names.mjs");
  const { status, stdout, stderr } = await start(scope, process.execPath, [program, ...words], { input }).ended;
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout;
}

/** The list of a module's functions: `[index, start, end, name]` of each. */
async function functionsOf(module) {
  const text = await readFile(join(folder, `${module}.functions`), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
}

/** The error that a function throws. */
function thrown(act) {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("the archive of names", () => {
  it("has no part in the package", async () => {
    const names = await readdir(dist, { recursive: true });
    assert.deepEqual(
      names.filter((name) => /\.(map|functions)$/.test(name)),
      [],
    );
    for (const module of MODULES) {
      const compiled = await WebAssembly.compile(await bytesOf(installed, module));
      assert.deepEqual(WebAssembly.Module.customSections(compiled, "name"), []);
    }
  });

  it("has a name in Rust for nearly every function, without hashes", async () => {
    for (const module of MODULES) {
      const functions = await functionsOf(module);
      const unknown = functions.filter(([, , , name]) => name.startsWith("function "));
      assert.ok(functions.length > 100 && unknown.length * 50 < functions.length, `${module}: ${unknown}`);
      const names = functions.map(([, , , name]) => name).join("\n");
      assert.match(names, /^dinerkit::form::/m);
      assert.doesNotMatch(names, /\[[\da-f]{16}\]|::h[\da-f]{16}$|^_R|^_ZN/m);
    }
  });
});

describe("the stack of a trap", () => {
  it("in the shipped module gets the functions' names, by their positions alone", async () => {
    const { default: makeGlue } = await import(pathToFileURL(join(dist, "core.js")));
    const module = await WebAssembly.compile(await readFile(join(dist, "core_bg.wasm")));
    const { exports } = new WebAssembly.Instance(module, { "./core_bg.js": makeGlue() });
    // No text lies there: the module reads beyond its memory.
    const beyond = exports.memory.buffer.byteLength;
    const { name, stack } = thrown(() => exports.ask(beyond, "checkCustomer".length, 0, 0, 0, 0, 0));
    assert.equal(name, "RuntimeError");
    assert.match(stack, /wasm-function\[\d+\]/);
    const frames = (await named(stack)).split("\n").filter((line) => line.includes("wasm-function["));
    assert.match(frames.at(-1), /wasm-function\[\d+\]:0x[\da-f]+ \{core: [^{}]*\bask\b[^{}]*\}/);
    for (const frame of frames) assert.match(frame, /\{core: [^{}]+\}/);
  });

  it("is read as each engine writes it", async () => {
    const [index, start, , name] = (await functionsOf("guest")).at(-1);
    const position = `0x${Number(start).toString(16)}`;
    for (const frame of [
      `wasm-function[${index}]@http://a.example/dinerkit/guest-${"x".repeat(43)}.wasm:wasm-function[${index}]:${position}`,
      `at http://a.example/assets/guest_bg-B5x2.wasm:wasm-function[${index}]:${position}`,
      `at wasm://wasm/3a2e5c16:wasm-function[${index}]:${position}`,
    ]) {
      const found = await named(frame);
      assert.ok(found.includes(`{guest: ${name}}`), found);
    }
    // Safari's frames have neither an address nor a position.
    const found = await named(`<?>.wasm-function[${index}]@[wasm code]`);
    assert.match(found, / or /);
    assert.ok(found.includes(`guest: ${name}`), found);
    const text = "TypeError: x\n    at https://a.example/app.js:1:2\n    at wasm-function[99999]\n";
    assert.equal(await named(text), text);
  });
});

describe("the stack of a fault in a script", () => {
  it("gets the places in the sources", async () => {
    const { message } = await import(pathToFileURL(join(dist, "message.js")));
    const { stack } = thrown(() => message(null));
    assert.match(await named(stack), /dist\/message\.js:1:\d+ \{www\/widget\/message\.js:\d+:\d+\}/);
  });

  it("leads through scripts that are bundled of others", async () => {
    for (const [script, glue] of [
      ["cjs/index.cjs", "../core.js"],
      ["server.js", "core.js"],
    ]) {
      const map = JSON.parse(await readFile(join(folder, "maps", `${script}.map`), "utf8"));
      assert.ok(map.sources.some((source) => source === glue));
      const text = await readFile(join(dist, script), "utf8");
      const lines = text.slice(0, text.indexOf("checkPacked")).split("\n");
      const found = await named(
        `at a (/app/node_modules/dinerkit/dist/${script}:${lines.length}:${lines.at(-1).length})`,
      );
      assert.match(found, /\{(target\/wasm\/core\/core_bg|pkg\/lib\/\w+)\.js:\d+:\d+\}\)$/m);
    }
  });

  it("allows for the address that a gateway has written into its script", async () => {
    const text = await readFile(join(dist, "web/dinerkit/diner-form.js"), "utf8");
    const mark = text.indexOf(BASE_MARK);
    const frame = (address, column) => `at a (${address}/dinerkit/diner-form.js:1:${column})`;
    const place = (line) => /\{(.*)\}/.exec(line)?.[1];
    // Farther before the mark is the style, which is no script.
    for (const column of [mark - 1500, mark + 2000, text.length - 500]) {
      const built = place(await named(frame("file:///app/node_modules/dinerkit/dist/web", column)));
      assert.match(built, /^(www|pkg)\/[\w/-]+\.js:\d+:\d+$/);
      for (const [base, words] of [
        ["//booking.example/", []],
        ["https://booking.example/at/", ["--public-url", "https://booking.example/at"]],
      ]) {
        const served = column > mark ? column - BASE_MARK.length + base.length : column;
        assert.equal(place(await named(frame("https://booking.example", served), ...words)), built);
      }
    }
  });
});
