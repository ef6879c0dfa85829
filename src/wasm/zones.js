// For platform.rs: the time zones of the JavaScript engine.

/** The calendar date in a time zone, `YYYY-MM-DD`; empty for a zone that the engine does not know. */
export function dayIn(timeZone, now) {
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    return format.format(now).replace(/^(\d+)\D+(\d+)\D+(\d+)$/, "$3-$1-$2");
  } catch {
    return "";
  }
}
