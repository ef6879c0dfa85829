/** For the commands about files: numbers, times and lines, as their sentences have them. */

/** How many lines are named as examples. */
export const EXAMPLES = 5;

const whole = new Intl.NumberFormat("en");
/** A whole number with commas between its thousands. */
export const number = (value) => whole.format(Math.round(value));

/** So many of something: `1 row`, `1,200 rows`. */
export const counted = (count, what) => `${number(count)} ${what}${count === 1 ? "" : "s"}`;

/** The lines of `count` rows, of which some are given as examples: `line 4`, `lines 4, 19, …`. */
export function lineList(lines, count) {
  return `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}${count > lines.length ? ", …" : ""}`;
}

/** A time in words: `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long something will take, in words: rounded up, as nobody knows it to the second. */
export function estimate(ms) {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 1) return "a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}
