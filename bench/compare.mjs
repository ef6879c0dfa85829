/**
 * Timing of several programs for one job. They take short turns in one process, so that whatever else the machine does
 * hits all alike (mitata and tinybench run one to its end before the next), and what counts is the processor's time, all
 * threads together: on a busy machine the clock measures the others.
 */

/** How long one program runs before the next has its turn, in microseconds. */
const TURN = 20_000;
const ROUNDS = 41;

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** The last result, kept so that no compiler leaves out the work. */
export let kept;

/** Microseconds of the processor since an earlier answer. */
export function used(since = 0) {
  const { user, system } = process.cpuUsage();
  return user + system - since;
}

/** Microseconds for `passes` through the inputs. */
function time(run, inputs, passes) {
  const start = used();
  for (let pass = 0; pass < passes; pass++) {
    for (const input of inputs) kept = run(input);
  }
  return used(start);
}

/** How many passes fill a turn; finding out warms the compilers up. */
function passesOf(run, inputs) {
  let passes = 1;
  while (time(run, inputs, passes) < TURN) passes *= 2;
  return passes;
}

/** Each program's times for one input in nanoseconds, round by round. Another one begins each round. */
export function compare(programs, inputs) {
  const entries = Object.entries(programs).map(([name, run]) => ({
    name,
    run,
    passes: passesOf(run, inputs),
    times: [],
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const { run, passes, times } = entries[(round + turn) % entries.length];
      times.push((time(run, inputs, passes) * 1e3) / passes / inputs.length);
    }
  }
  return Object.fromEntries(entries.map(({ name, times }) => [name, times]));
}

/** How many times faster the first program is than each of the others: the median of each round's own ratio. */
export function rivals(times) {
  const [ours, ...others] = Object.values(times);
  return others.map((other) => median(other.map((time, round) => time / ours[round])));
}
