/**
 * For the tests of bundlers: holds docs/with-your-bundler.md against their fixtures. The page has a section for a list of
 * fixtures, and there one line for each bundler, which is a fixture's name up to its first comma, with what its users
 * have to write.
 */
import assert from "node:assert/strict";
import { textOf } from "./samples.mjs";

const NOTHING = "nothing";

/** The lines of a section, `{ bundler: what }`; undefined for a section that the page does not have. */
export function sectionOf(page, title) {
  const section = page.split(/^## /m).find((part) => part.toLowerCase().startsWith(`${title.toLowerCase()}\n`));
  if (!section) return undefined;
  const rows = section.split("\n").filter((line) => line.startsWith("| ") && !/^\| (---|with) /.test(line));
  return Object.fromEntries(
    rows.map((row) => row.split(" | ").map((cell) => cell.replaceAll(/^\| | \|$/g, "").trim())),
  );
}

/** What the lines have to be for a list of fixtures. */
export function linesFor(fixtures) {
  const lines = {};
  for (const { name, write } of fixtures) {
    const [bundler] = name.split(",");
    const known = (lines[bundler] ??= new Set());
    if (write) known.add(write);
  }
  return Object.fromEntries(
    Object.entries(lines).map(([bundler, writes]) => [bundler, writes.size ? [...writes].join("; ") : NOTHING]),
  );
}

/** Whether the page has a section for a list of fixtures. */
export const hasSection = (title) => sectionOf(textOf("docs/with-your-bundler.md"), title) !== undefined;

/** Fails unless the page has exactly the lines for a list of fixtures. */
export function comparePage(title, fixtures) {
  assert.deepEqual(sectionOf(textOf("docs/with-your-bundler.md"), title), linesFor(fixtures));
}
