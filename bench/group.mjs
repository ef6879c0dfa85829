/**
 * For the benchmarks: contenders that take turns. All of a round run as processes of one group. They take short turns one
 * after the other, so that other work on the machine slows all of them alike, and each turn begins with another. The
 * processor's time of all threads of a process is measured, because on a busy machine the clock would also measure other
 * programs. The next round has new processes.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median } from "./compare.mjs";

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));

/** How long a contender works in one turn, in microseconds. */
const TURN = 20_000;
/** How long each has worked before its first turn counts. The compilers have then seen what matters. */
const WARM_UP = 300_000;

/** Starts a contender; `ask(question, more)` resolves to its answer. One question is asked at a time. */
async function start(file) {
  const child = fork(CHILD, [file]);
  let settle;
  const answered = () => new Promise((resolve, reject) => (settle = { resolve, reject }));
  child.on("message", (answer) => settle.resolve(answer));
  child.on("exit", (code) => settle.reject(new Error(`${file} ended with ${code}`)));
  await answered();
  return {
    ask(question, more) {
      const answer = answered();
      child.send({ ask: question, ...more });
      return answer;
    },
    async end() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
}

/** Runs `work` with the contenders, each started from its file, by name. */
export async function withGroup(files, work) {
  const contenders = new Map();
  try {
    for (const [name, file] of Object.entries(files)) contenders.set(name, await start(file));
    return await work(contenders);
  } finally {
    for (const { end } of contenders.values()) await end();
  }
}

/** A list that begins with another of its members each time. */
const rotated = (list, by) => list.map((_, index) => list[(index + by) % list.length]);

/** How many passes fill a turn, after the compilers were warmed up. */
async function passesOf({ ask }, name) {
  let passes = 1;
  for (let warm = 0; ;) {
    const { spent } = await ask("turn", { name, passes });
    warm += spent;
    if (spent < TURN) passes *= 2;
    else if (warm >= WARM_UP) return Math.max(1, Math.round((passes * TURN) / spent));
  }
}

/** For each contender that has the row: the median of its turns, in nanoseconds for one operation. */
async function timeRow(contenders, name, turns) {
  const takers = [];
  for (const [contender, { ask, rows }] of contenders) {
    if (rows.includes(name)) takers.push({ contender, ask, passes: await passesOf({ ask }, name), times: [] });
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const { ask, passes, times } of rotated(takers, turn)) {
      const { spent, operations } = await ask("turn", { name, passes });
      times.push((spent * 1e3) / operations);
    }
  }
  return Object.fromEntries(takers.map(({ contender, times }) => [contender, median(times)]));
}

/** How many answers of each contender are right, by row: `{ right, of }`. */
export function agreements(files) {
  return withGroup(files, async (contenders) => {
    const table = {};
    for (const [contender, { ask }] of contenders) {
      for (const name of await ask("rows")) {
        (table[name] ??= {})[contender] = await ask("agreement", { name });
      }
    }
    return table;
  });
}

/** The rounds of each row: for each round the contenders' times for one operation, in nanoseconds. */
export async function timeRows(files, { rounds, turns, progress }) {
  const table = {};
  for (let round = 0; round < rounds; round++) {
    await withGroup(files, async (contenders) => {
      for (const contender of contenders.values()) contender.rows = await contender.ask("rows");
      const names = new Set([...contenders.values()].flatMap(({ rows }) => rows));
      for (const name of names) {
        progress(`round ${round + 1} of ${rounds}: ${name}`);
        (table[name] ??= []).push(await timeRow(contenders, name, turns));
      }
    });
  }
  return table;
}

/** The memory of each contender's process after so many forms, in each round. */
export async function memories(files, { rounds, forms }) {
  const table = [];
  for (let round = 0; round < rounds; round++) {
    const figures = {};
    for (const [name, file] of Object.entries(files)) {
      figures[name] = await withGroup({ [name]: file }, (contenders) => contenders.get(name).ask("memory", { forms }));
    }
    table.push(figures);
  }
  return table;
}
