/**
 * For `import`, `unsubscribe` and `schedule-deletion`: when the next request may be sent. At even distances, because what
 * is sent all at once leaves guests and staff nothing until the minute is over.
 */
const MINUTE_MS = 60_000;
/** The first and the longest pause after a failure; each is twice the one before. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** How late a timer may be without costing a turn. */
const LATE_MS = 50;

/** Resolves after so many milliseconds, or once the signal is aborted. */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

export class Pace {
  #gapMs;
  #nextMs = 0;
  #failures = 0;
  #now;
  #wait;

  /** `now()` and `wait(ms, signal)` are replaced in tests. The clock on the wall would not do, as somebody may set it back. */
  constructor(perMinute, { now = () => performance.now(), wait = pause } = {}) {
    this.#gapMs = MINUTE_MS / perMinute;
    this.#now = now;
    this.#wait = wait;
  }

  /** Waits for a turn. Resolves to false if the signal is aborted before. */
  async turn(signal) {
    for (;;) {
      if (signal.aborted) return false;
      const now = this.#now();
      if (now >= this.#nextMs) {
        // Turns that nobody has taken are not made up for, except those of the last moment: timers are late.
        this.#nextMs = Math.max(this.#nextMs + this.#gapMs, now - LATE_MS);
        return true;
      }
      await this.#wait(this.#nextMs - now, signal);
    }
  }

  /** Waits until the pauses are over, without taking a turn. */
  async rest(signal) {
    for (let ms = this.#nextMs - this.#now(); ms > 0 && !signal.aborted; ms = this.#nextMs - this.#now()) {
      await this.#wait(ms, signal);
    }
  }

  /** Nothing is sent for so many milliseconds. */
  hold(ms) {
    this.#nextMs = Math.max(this.#nextMs, this.#now() + ms);
  }

  /** After a failure: a pause, twice as long each time. Returns its milliseconds. */
  failed() {
    const ms = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures += 1;
    this.hold(ms);
    return ms;
  }

  /** After a success: the next failure is a first one again. */
  succeeded() {
    this.#failures = 0;
  }
}

/** How many requests are under way at most, so that slow answers do not slow the pace. */
export function underWay(perMinute) {
  const SECONDS_OF_AN_ANSWER = 2;
  const MOST = 16;
  return Math.min(MOST, Math.max(1, Math.ceil((perMinute / 60) * SECONDS_OF_AN_ANSWER)));
}
