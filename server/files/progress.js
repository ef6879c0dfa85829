/**
 * For the commands about files: a bar that shows how far they are, on standard error and only where that is a terminal, so
 * that scripts and logs get nothing of it.
 */
import { counted, duration, number } from "./phrases.js";

/** How often the bar is drawn anew at most. */
const DRAW_MS = 100;
/** The narrowest and the widest bar, in characters. */
const NARROWEST = 10;
const WIDEST = 40;
/** The width of a terminal that does not say how wide it is. */
const USUAL_COLUMNS = 80;
/** How long the command runs before an estimate of the rest means something. */
const ESTIMATE_AFTER_MS = 1000;
const HOME_AND_CLEAR = "\r\u001b[K";

/**
 * The line of the bar. `done` and `total` are of one unit (bytes, say); without a `total` there is no bar, and no time
 * left. `rows` were done in `elapsedMs`.
 */
export function barOf({ label = "", done, total, rows, elapsedMs, columns = USUAL_COLUMNS }) {
  const speed = elapsedMs > 0 ? `, ${number((rows * 1000) / elapsedMs)} a second` : "";
  const facts = `${counted(rows, "row")}${speed}`;
  const before = label ? `${label} ` : "";
  if (!total) return cut(before + facts, columns);
  const part = Math.min(done / total, 1);
  const isKnown = elapsedMs >= ESTIMATE_AFTER_MS && part > 0;
  const left = isKnown ? `, ${duration((elapsedMs * (1 - part)) / part)} left` : "";
  const after = ` ${`${Math.floor(part * 100)}`.padStart(3)} %  ${facts}${left}`;
  const room = columns - 1 - before.length - after.length - 2;
  if (room < NARROWEST) return cut(before + after.trimStart(), columns);
  const width = Math.min(room, WIDEST);
  const filled = Math.round(part * width);
  return `${before}[${"#".repeat(filled)}${"-".repeat(width - filled)}]${after}`;
}

/** A line that wraps could not be drawn over. */
const cut = (line, columns) => line.slice(0, Math.max(columns - 1, 0));

/** A bar on a stream, which draws only where that is a terminal. */
export class Progress {
  #stream;
  #label;
  #total;
  #now;
  #started;
  #drawn = -Infinity;

  /** `total` is in the unit of `done`, such as the file's size in bytes; undefined if nobody knows it. */
  constructor({ label, total, stream = process.stderr, now = () => performance.now() }) {
    this.#stream = stream;
    this.#label = label;
    this.#total = total;
    this.#now = now;
    this.#started = now();
  }

  /** Draws the bar, unless it was drawn a moment ago. */
  update({ done, rows }) {
    if (!this.#stream.isTTY) return;
    const time = this.#now();
    if (time - this.#drawn < DRAW_MS) return;
    this.#drawn = time;
    const facts = { label: this.#label, done, total: this.#total, rows, columns: this.#stream.columns || undefined };
    this.#stream.write(HOME_AND_CLEAR + barOf({ ...facts, elapsedMs: time - this.#started }));
  }

  /** Writes a line above the bar, which the next update draws again; where there is no bar, just the line. */
  line(text) {
    this.#stream.write(`${this.#stream.isTTY ? HOME_AND_CLEAR : ""}${text}\n`);
    this.#drawn = -Infinity;
  }

  /** Takes the bar away. With `rows` it leaves a line that says how many there were and how long they took. */
  end(rows) {
    if (!this.#stream.isTTY) return;
    const elapsedMs = this.#now() - this.#started;
    const label = this.#label ? `${this.#label}: ` : "";
    const speed = elapsedMs > 0 ? ` (${number((rows * 1000) / elapsedMs)} a second)` : "";
    const line = rows === undefined ? "" : `${label}${counted(rows, "row")} in ${duration(elapsedMs)}${speed}\n`;
    this.#stream.write(HOME_AND_CLEAR + line);
  }
}
