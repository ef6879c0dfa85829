/**
 * For bench/group.mjs: one contender in a process of its own, so that neither its compiled code nor its memory is shared
 * with another's. The argument is the contender's file. It does what its parent says, one message at a time.
 */
import { isDeepStrictEqual } from "node:util";
import { peakMemory, used } from "./compare.mjs";
import { ROWS } from "./rows.mjs";

const contender = await import(new URL(process.argv[2], import.meta.url));

/** Each row's function, made when the row is first asked for. */
const prepared = new Map();
function prepare(name) {
  if (!prepared.has(name)) {
    const row = ROWS.find((row) => row.name === name);
    prepared.set(name, { row, run: row.prepare(contender) });
  }
  return prepared.get(name);
}

/** The last result. It is kept, so that no compiler removes the work. */
export let kept;

const ASKED = {
  /** The names of the rows that the contender can do. */
  rows: () => ROWS.filter(({ needs }) => contender[needs]).map(({ name }) => name),

  /** How many of a row's answers are right. */
  agreement({ name }) {
    const { row, run } = prepare(name);
    const counts = { right: 0, of: 0 };
    for (const { inputs, expected } of [row, row.more].filter(Boolean)) {
      counts.of += inputs.length;
      counts.right += inputs.filter((input, index) => {
        return isDeepStrictEqual(row.answer(run(input)), expected[index]);
      }).length;
    }
    return counts;
  },

  /** The processor time of `passes` through a row's inputs, in microseconds. */
  turn({ name, passes }) {
    const { row, run } = prepare(name);
    const start = used();
    for (let pass = 0; pass < passes; pass++) {
      for (const input of row.inputs) kept = run(input);
    }
    return { spent: used(start), operations: passes * row.inputs.length };
  },

  /** The memory of the process after so many forms, in bytes. */
  memory({ forms }) {
    const { row, run } = prepare("form");
    for (let done = 0; done < forms; done++) kept = run(row.inputs[done % row.inputs.length]);
    return { rss: process.memoryUsage.rss(), peak: peakMemory() };
  },
};

process.on("message", ({ ask, ...more }) => process.send(ASKED[ask](more)));
process.send("ready");
