/**
 * For `cargo xtask bench`: proves which contenders answer rightly, times all of them, and prints results, verdicts and
 * report as one line of JSON. docs/benchmarks.md says what is compared, and why.
 *
 * Arguments: --quick (10⁴ rows at most, fewer rounds), --cores (also measures two cores where other programs run).
 * Environment: CHROME, and BENCH_PYTHON (a Python with the packages of bench/requirements.txt).
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs, promisify } from "node:util";
import { FORMS, NUMBERS } from "./contenders.mjs";
import { measureCores, measureFiles } from "./files.mjs";
import { bundlesForNode, bundlesForPages } from "./first/bundles.mjs";
import { timeStarts } from "./first/node.mjs";
import { timePages } from "./first/page.mjs";
import { agreements, memories, timeRows } from "./group.mjs";
import { isIdle } from "./idle.mjs";
import * as inputs from "./inputs.mjs";
import { report } from "./report.mjs";
import { MANY, verdicts } from "./targets.mjs";

const { quick, cores } = parseArgs({ options: { quick: { type: "boolean" }, cores: { type: "boolean" } } }).values;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const began = performance.now();
const progress = (what) =>
  process.stderr.write(`${((performance.now() - began) / 1e3).toFixed(0).padStart(5)} s  ${what}\n`);

/** How much is measured. The whole of it takes some ten minutes on a quiet machine, the quick one a third of that. */
const SCALE = quick
  ? {
      rounds: 2,
      turns: 5,
      starts: 3,
      pages: 1,
      memories: 1,
      sizes: [
        { count: 1, rounds: 1 },
        { count: 100, rounds: 1 },
        { count: 10_000, rounds: 1 },
      ],
    }
  : {
      rounds: 3,
      turns: 7,
      starts: 9,
      pages: 3,
      memories: 1,
      sizes: [
        { count: 1, rounds: 3 },
        { count: 100, rounds: 3 },
        { count: 10_000, rounds: 3 },
        { count: 100_000, rounds: 1 },
        // The others would take many minutes.
        { count: MANY, rounds: 3, only: (fastest) => ["dinerkit", fastest] },
      ],
    };
const FORMS_IN_MEMORY = 100_000;
const CORE_ROUNDS = 3;

const modules = checkModules();
// The contenders' processes read these.
mkdirSync(here("../target/bench"), { recursive: true });
writeFileSync(here("../target/bench/inputs.json"), JSON.stringify(inputs));
execFileSync(process.execPath, [here("compile-ajv.mjs")], { stdio: ["ignore", "inherit", "inherit"] });

/**
 * Ends the run if our two modules are not what their names say. Both have the same functions, and the browser's is the
 * smaller one. Otherwise the figures of one of them would be another module's, and look like a success.
 */
function checkModules() {
  const read = (name) => readFileSync(here(`../pkg/dist/${name}_bg.wasm`));
  const [browser, node] = ["core", "fast"].map(read);
  const functions = (bytes) => WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
  const areTheirs = isDeepStrictEqual(functions(browser).sort(), functions(node).sort());
  if (!areTheirs || browser.length >= node.length) {
    throw new Error("pkg/dist/core_bg.wasm is not the browser's module: remove target/wasm and build again");
  }
  return { browser: browser.length, node: node.length };
}

/** The versions of all that is compared. */
function versions() {
  const { devDependencies } = JSON.parse(readFileSync(here("../package.json"), "utf8"));
  const packages = [
    "zod",
    "valibot",
    "arktype",
    "ajv",
    "ajv-formats",
    "typebox",
    "validator",
    "libphonenumber-js",
    "google-libphonenumber",
    "awesome-phonenumber",
    "csv-parse",
    "esbuild",
  ];
  const ours = JSON.parse(readFileSync(here("../pkg/package.json"), "utf8")).version;
  const commit = execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: here(".."), encoding: "utf8" }).trim();
  const found = {
    dinerkit: `${ours}, commit ${commit}`,
    "its module for Node, bytes": modules.node,
    "its module for browsers, bytes": modules.browser,
    Node: process.version,
    ...Object.fromEntries(packages.map((name) => [name, devDependencies[name]])),
  };
  if (process.env.BENCH_PYTHON) {
    const python = execFileSync(process.env.BENCH_PYTHON, ["--version"], { encoding: "utf8" });
    const lines = readFileSync(here("requirements.txt"), "utf8").split("\n");
    const pinned = lines.map((line) => line.split("==")).filter((pair) => pair.length === 2);
    Object.assign(found, { Python: python.replace("Python", "").trim(), ...Object.fromEntries(pinned) });
  }
  if (process.env.CHROME) {
    const said = execFileSync(process.env.CHROME, ["--version"], { encoding: "utf8" });
    found.Chromium = /[\d.]+/.exec(said)?.[0] ?? said.trim();
  }
  return found;
}

const machine = () => {
  const all = cpus();
  return `${all.length} processors (${all[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`;
};

async function measure() {
  const contenders = { ...FORMS, ...NUMBERS };
  progress("answers of all contenders");
  const agreement = await agreements(contenders);
  const rows = await timeRows(contenders, { rounds: SCALE.rounds, turns: SCALE.turns, progress });
  const [form] = inputs.forms;
  const files = Object.fromEntries(Object.entries(FORMS).map(([name, file]) => [name, here(file)]));
  const node = await timeStarts(files, form, { rounds: SCALE.starts, progress });
  const bundled = await timeStarts(await bundlesForNode(), form, { rounds: SCALE.starts, progress });
  // On a page, the browser's module is the only one of ours.
  const names = Object.keys(FORMS).filter((name) => name !== "dinerkit (browser)");
  const page = process.env.CHROME
    ? await timePages(await bundlesForPages(names, form), { rounds: SCALE.pages, progress })
    : undefined;
  progress("the client's calls");
  const { stdout } = await promisify(execFile)(process.execPath, [here("calls.mjs")]);
  progress(`memory after ${FORMS_IN_MEMORY} forms`);
  const memory = await memories(FORMS, { rounds: SCALE.memories, forms: FORMS_IN_MEMORY });
  const whole = await measureFiles({ sizes: SCALE.sizes, progress });
  const mayTakeAll = !quick && (cores || (cpus().length >= 2 && (await isIdle())));
  return {
    agreement,
    rows,
    starts: { node, bundled, page },
    calls: JSON.parse(stdout),
    memory,
    files: whole,
    cores: mayTakeAll ? await measureCores({ count: MANY, rounds: CORE_ROUNDS, progress }) : null,
  };
}

const measured = await measure();
const results = {
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  versions: versions(),
  isQuick: quick ?? false,
  took: (performance.now() - began) / 1e3,
  ...measured,
};
const judged = verdicts(results);
const notes = readFileSync(here("NOTES.md"), "utf8");
console.log(JSON.stringify({ results, verdicts: judged, report: report({ results, verdicts: judged, notes }) }));
