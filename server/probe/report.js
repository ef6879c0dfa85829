/**
 * For the probe: its report, as a table or as JSON. It names no host, no restaurant, no customer and no value of a record, so
 * that it can be shared. Pure.
 */
import { CONFIRMED, CONTRADICTED, UNKNOWN } from "./verdicts.js";

/** The version of the JSON's form. */
const FORM = 1;

/** The line of a configuration file that says a name. */
const lineOf = (key, name) => `${key} = "${name}"`;

/** The report as an object. */
export function reportOf({ mode, server, requests, guesses, findings, observations, problems }) {
  const rows = findings.map(([subject, { verdict, right, why }]) => {
    const guess = guesses.find(({ key }) => key === subject);
    const line =
      guess && right !== undefined ? { right, line: lineOf(subject, right) } : right !== undefined ? { right } : {};
    return { about: subject, ...(guess ? { guess: guess.inUse } : {}), verdict, ...line, why };
  });
  const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  return {
    form: FORM,
    mode,
    ...(server ? { server } : {}),
    requests,
    counts: { confirmed: count(CONFIRMED), contradicted: count(CONTRADICTED), unknown: count(UNKNOWN) },
    guesses: rows,
    observations,
    problems,
  };
}

const TITLES = {
  [CONTRADICTED]: "Contradicted",
  [CONFIRMED]: "Confirmed",
  [UNKNOWN]: "Not to be known this way",
};

/** The report as lines for a terminal. */
export function tableOf(report) {
  const lines = [];
  for (const problem of report.problems) lines.push(`wrong  ${problem}`);
  if (report.problems.length > 0) lines.push("");
  for (const verdict of [CONTRADICTED, CONFIRMED, UNKNOWN]) {
    const rows = report.guesses.filter((row) => row.verdict === verdict);
    if (rows.length > 0) lines.push(`${TITLES[verdict]}:`, ...columns(rows), "");
  }
  if (report.observations.length > 0) {
    lines.push("Seen besides:", ...report.observations.map(({ about, text }) => `  ${about}: ${text}`), "");
  }
  const names = report.guesses.flatMap(({ line }) => line ?? []);
  if (names.length > 0) lines.push("For the configuration:", "", "[names]", ...names, "");
  const { confirmed, contradicted, unknown } = report.counts;
  lines.push(`${confirmed} confirmed, ${contradicted} contradicted, ${unknown} not known; ${report.requests} requests`);
  return lines;
}

function columns(rows) {
  const cells = rows.map(({ about, guess, right, why }) => [
    about,
    right === undefined ? (guess ?? "") : guess === undefined ? right : `${guess} -> ${right}`,
    why,
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((cell) => cell[column].length)) + 2);
  return cells.map(([about, name, why]) => `  ${about.padEnd(widths[0])}${name.padEnd(widths[1])}${why}`);
}
