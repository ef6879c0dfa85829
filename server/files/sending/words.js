/** For `import`, `unsubscribe` and `schedule-deletion`: words that they have in common. */
import { UsageError } from "../../words.js";

/** More than any account has. */
const PER_MINUTE_MAX = 100_000;

/** The number of `--per-minute`; undefined where it is not given. */
export function perMinuteOf(text) {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= PER_MINUTE_MAX) return Number(text);
  throw new UsageError(`--per-minute takes a whole number from 1 to ${PER_MINUTE_MAX}`);
}

/** The restaurant that is meant: the one that was named, or the only one of the configuration. */
export function micrositeOf(asked, { values: { microsites } }) {
  if (asked === undefined && microsites.length === 1) return microsites[0];
  if (microsites.includes(asked)) return asked;
  throw new UsageError(`--microsite takes one of the configuration's: ${microsites.join(", ")}`);
}
