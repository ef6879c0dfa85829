/** Timing of several programs for one job, so that what else the machine does hits all alike. */
import { performance } from "node:perf_hooks";

/** How long one program runs before the next has its turn, in milliseconds: short against a machine's moods. */
const TURN = 20;
const ROUNDS = 40;

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.floor(sorted.length / 2)]) / 2;
};

/** Keeps the results in use, so that no compiler leaves out the work. */
let kept;

/** Milliseconds for `passes` through the inputs. */
function time(run, inputs, passes) {
  const start = performance.now();
  for (let pass = 0; pass < passes; pass++) {
    for (const input of inputs) kept = run(input);
  }
  return performance.now() - start;
}

/** Passes that fill a turn, after as many that warm the compilers up. */
function passes(run, inputs) {
  let count = 1;
  while (time(run, inputs, count) < TURN) count *= 2;
  return count;
}

/**
 * Runs all programs turn by turn, `rounds` times; each round starts with another one. Answers with each one's times for
 * one input in nanoseconds, round by round.
 */
export function compare(programs, inputs) {
  const counts = programs.map((run) => passes(run, inputs));
  const times = programs.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < programs.length; turn++) {
      const at = (round + turn) % programs.length;
      const nanoseconds = time(programs[at], inputs, counts[at]) * 1e6;
      times[at].push(nanoseconds / counts[at] / inputs.length);
    }
  }
  return times;
}

export const result = () => kept;
