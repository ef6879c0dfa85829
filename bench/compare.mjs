/**
 * For the benchmarks: times several programs that do the same job. The programs take short turns in one process, so
 * that other work on the machine slows all of them alike (mitata and tinybench run one program to its end before the
 * next). The processor's time of all threads is measured, because on a busy machine the clock would also measure other
 * processes.
 */

/** How long a program runs in one turn, in microseconds. */
const TURN = 20_000;
const ROUNDS = 41;

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** The last result. It is kept, so that no compiler removes the work. */
export let kept;

/** The processor time of this process, in microseconds; with `since`, the time after that earlier result. */
export function used(since = 0) {
  const { user, system } = process.cpuUsage();
  return user + system - since;
}

/** The processor time of `passes` through the inputs, in microseconds. */
function time(run, inputs, passes) {
  const start = used();
  for (let pass = 0; pass < passes; pass++) {
    for (const input of inputs) kept = run(input);
  }
  return used(start);
}

/** How many passes fill a turn. Finding this out also warms up the compilers. */
function passesOf(run, inputs) {
  let passes = 1;
  while (time(run, inputs, passes) < TURN) passes *= 2;
  return passes;
}

/** Each program's time for one input in nanoseconds, in each round. The rounds begin with different programs in turn. */
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

/** How many times faster the first program is than each of the others: the median of the rounds' ratios. */
export function rivals(times) {
  const [ours, ...others] = Object.values(times);
  return others.map((other) => median(other.map((time, round) => time / ours[round])));
}
