/** For the benchmarks: what all of them compute with. */
import { readFileSync } from "node:fs";

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** The processor time of this process, in microseconds; with `since`, the time after that earlier result. */
export function used(since = 0) {
  const { user, system } = process.cpuUsage();
  return user + system - since;
}

/**
 * The most memory that this process has had, in bytes. Linux's `ru_maxrss`, which Node gives, counts what the parent had
 * when it started this process, so the kernel is asked for the process's own peak where it tells it.
 */
export function peakMemory() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

/** The rounds with one figure of each contender in the place of all its figures. */
export const figures = (rounds, figure) =>
  rounds.map((round) => Object.fromEntries(Object.entries(round).map(([name, all]) => [name, all[figure]])));

/**
 * How many times `ours` is better than each of the others in figures of which less is better: the median of the rounds'
 * ratios. `rounds` has for each round the figures by name. A contender that is missing in a round is left out of it.
 */
export function ratios(rounds, ours) {
  const names = new Set(rounds.flatMap((figures) => Object.keys(figures)));
  const ratio = (name) => {
    const both = rounds.filter((figures) => figures[name] !== undefined && figures[ours] !== undefined);
    return both.length ? median(both.map((figures) => figures[name] / figures[ours])) : undefined;
  };
  return Object.fromEntries([...names].map((name) => [name, ratio(name)]));
}

/**
 * The fastest of the others whose answers are all right, with how many times better ours is. `agreement` has
 * `{ right, of }` by name. Undefined if there is none.
 */
export function fastestExact(rounds, ours, agreement, isOurs) {
  const rivals = Object.entries(ratios(rounds, ours)).filter(([name, ratio]) => {
    const { right, of } = agreement[name] ?? { right: 0, of: 1 };
    return !isOurs(name) && ratio !== undefined && right === of;
  });
  const [name, ratio] = rivals.sort(([, a], [, b]) => a - b)[0] ?? [];
  return name && { name, ratio };
}
