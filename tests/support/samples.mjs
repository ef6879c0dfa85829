/**
 * For the tests of the documentation: its pages, and the samples in them, which are the blocks of code that name their
 * language. A block that can't be run says why in a comment before it: `<!-- not run: REASON -->`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The pages with samples, by their paths in the repository. */
export const PAGES = [
  "README.md",
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `docs/${name}`),
];

const FENCE = /^( *)```(.*)$/;
const HEADING = /^#+ (.*)$/;
const NOT_RUN = /^ *<!-- not run: (.*) -->$/;

/**
 * The samples of a page, in order: `name` (the page, the heading above as its anchor and, from the second on below one
 * heading, a number), the `language` and all of the line that says it (`info`), the `code` without the indentation of a
 * list around it, and `reason` if it is not to be run. What names no language is the output of something, and no sample.
 */
export function samplesIn(page, text) {
  const samples = [];
  const seen = new Map();
  let anchor = "";
  let reason;
  let open;
  for (const line of text.split("\n")) {
    const fence = FENCE.exec(line);
    if (open) {
      if (fence) {
        if (open.language) samples.push({ ...open, code: open.code.join("\n") });
        open = undefined;
      } else open.code.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    } else if (fence) {
      const [, indent, info] = fence;
      const [language] = info.split(" ");
      const place = `${page}#${anchor}`;
      const number = seen.get(place) ?? 1;
      if (language) seen.set(place, number + 1);
      const name = number === 1 ? place : `${place} ${number}`;
      open = { name, page, language, info, indent: indent.length, code: [], reason };
    } else if (HEADING.test(line)) anchor = anchorOf(HEADING.exec(line)[1]);
    if (line.trim()) reason = NOT_RUN.exec(line)?.[1];
  }
  if (open) throw new Error(`${page} has a block of code without an end`);
  return samples;
}

/** The anchor that a heading gets on GitHub. */
export const anchorOf = (heading) =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** The text of a file of the repository. */
export const textOf = (path) => readFileSync(ROOT + path, "utf8");

/** All samples of all pages. */
export const SAMPLES = PAGES.flatMap((page) => samplesIn(page, textOf(page)));
