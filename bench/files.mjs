/**
 * For `cargo xtask bench`: whole files, each checked by a process of its own from its start to its end, as a script would
 * do it. Its processor time and its peak memory are measured from outside of the work: they hold what the runtime and
 * the libraries need to start.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual, promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { fastestExact, figures } from "./compare.mjs";
import { FORMATS, FORMS, isOurs } from "./contenders.mjs";
import { answersOf, guestList } from "./files/guests.mjs";

const run = promisify(execFile);
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

/** The rows by which the agreement is found. */
const COMPARED = 10_000;
const MOST_OUTPUT = 64 * 1024 * 1024;
const PYTHON = "Python";
const WORKERS = 2;

/** How each contender is called: its program with the arguments before the format and the file. */
function programs() {
  const node = (...words) => ({ program: process.execPath, words });
  const peers = Object.entries(FORMS).filter(([name]) => !isOurs(name));
  return {
    dinerkit: (format, file) => node(here("files/ours.mjs"), format, file, "0"),
    ...Object.fromEntries(
      peers.map(([name, contender]) => [name, (format, file) => node(here("files/peer.mjs"), contender, format, file)]),
    ),
    ...(process.env.BENCH_PYTHON && {
      [PYTHON]: (format, file) => ({
        program: process.env.BENCH_PYTHON,
        words: [here("files/guests.py"), format, file],
      }),
    }),
  };
}

async function output({ program, words }, ...more) {
  const { stdout } = await run(program, [...words, ...more], { maxBuffer: MOST_OUTPUT });
  return stdout;
}

const figuresOf = async (call) => JSON.parse(await output(call));

/** How many rows of each format each contender answers rightly. */
async function agreements(calls, progress) {
  const expected = answersOf(COMPARED);
  const table = {};
  for (const format of FORMATS) {
    const file = await guestList(format, COMPARED);
    table[format] = {};
    for (const [name, call] of Object.entries(calls)) {
      progress(`answers to ${COMPARED} rows of ${format}: ${name}`);
      const answers = (await output(call(format, file), "answers")).trim().split("\n");
      const right = expected.filter((answer, index) => {
        const given = answers[index] === undefined ? undefined : JSON.parse(answers[index]);
        return isDeepStrictEqual(given, answer);
      }).length;
      // Rows that are not in the file count as wrong answers.
      const extra = Math.max(0, answers.length - expected.length);
      table[format][name] = { right: right - extra, of: expected.length };
    }
  }
  return table;
}

/** What an empty process of Node takes, in bytes at its peak. */
async function emptyProcess() {
  const code = `import { peakMemory } from ${JSON.stringify(here("compare.mjs"))}; console.log(peakMemory());`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code]);
  return Number(stdout);
}

/**
 * Runs all sizes. `sizes` are `{ count, rounds, only }`: with `only`, a function of the format and what was measured so
 * far names the contenders. Returns the agreement, and for each format and size the rounds with the contenders' figures.
 */
export async function measureFiles({ sizes, progress }) {
  const calls = programs();
  const agreement = await agreements(calls, progress);
  const measured = { ndjson: {}, csv: {} };
  for (const { count, rounds, only } of sizes) {
    for (const format of FORMATS) {
      const file = await guestList(format, count);
      // The file is in the machine's cache for all of them.
      readFileSync(file);
      const names = only ? only(fastest(measured[format], agreement[format])) : Object.keys(calls);
      measured[format][count] = [];
      for (let round = 0; round < rounds; round++) {
        const figures = {};
        for (let place = 0; place < names.length; place++) {
          const name = names[(round + place) % names.length];
          progress(`${count} rows of ${format}, round ${round + 1} of ${rounds}: ${name}`);
          figures[name] = await figuresOf(calls[name](format, file));
        }
        measured[format][count].push(figures);
      }
    }
  }
  return { agreement, measured, empty: await emptyProcess() };
}

/** The name of the fastest exact peer at the largest size that all were measured at. */
function fastest(sizes, agreement) {
  const rounds = Object.values(sizes).at(-1);
  return fastestExact(figures(rounds, "cpu"), "dinerkit", agreement, isOurs)?.name;
}

/** Our own wall time by one thread and by workers, in turns. It means something only where nothing else runs. */
export async function measureCores({ count, rounds, progress }) {
  const measured = {};
  for (const format of FORMATS) {
    const file = await guestList(format, count);
    measured[format] = [];
    for (let round = 0; round < rounds; round++) {
      const walls = {};
      for (const workers of round % 2 ? [WORKERS, 0] : [0, WORKERS]) {
        progress(`${count} rows of ${format} by ${workers || "no"} workers, round ${round + 1} of ${rounds}`);
        const words = [here("files/ours.mjs"), format, file, String(workers)];
        walls[workers ? "workers" : "alone"] = await figuresOf({ program: process.execPath, words });
      }
      measured[format].push(walls);
    }
  }
  return measured;
}
