/** For the tests that choose at random: numbers that a seed repeats, so that a run that failed can be run again. */

/** A function that gives whole numbers from 0 up to its argument without it, by a seed. */
export function wholeDice(seed) {
  const roll = dice(seed);
  return (below) => Math.floor(roll() * below);
}

/** A function that gives numbers from 0 up to 1 without it, by a seed (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
