/**
 * For tests/consumers/peers.test.mjs: the addresses of zod's own e-mail tests, which its npm package has. They are read
 * from the source, because a test can't be run without zod's runner: two lists of one test, and a table of another.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";

export const name = "zod";

const require = createRequire(import.meta.url);
const read = (file) => readFileSync(require.resolve("zod").replace(/[^/\\]*$/, `src/v4/${file}`), "utf8");

/** The value of the list that follows `start`: its literals are JavaScript's, and it holds nothing else. */
function list(source, start) {
  const [, text] = source.split(start);
  if (!text) throw new Error(`zod's e-mail tests no longer have ${start}`);
  const literals = text.slice(0, text.search(/^ *\];/m)).replaceAll(/^\s*\/\/.*$/gm, "");
  if (/[A-Za-z_$]\s*\(|\$\{/.test(literals.replaceAll(/`[^`]*`|"(?:\\.|[^"\\])*"/g, ""))) {
    throw new Error(`zod's list after ${start} has more than literals`);
  }
  return Function(`"use strict"; return [${literals}]`)();
}

const lists = read("classic/tests/string.test.ts");
const table = list(read("core/tests/email-regex.test.ts"), "const table: [string, boolean][] = [");
const said = [
  ...list(lists, "const validEmails = [").map((typed) => [typed, true]),
  ...list(lists, "const invalidEmails = [").map((typed) => [typed, false]),
  ...table,
];
const schema = z.string().email();
for (const [typed, isValid] of said) {
  if (schema.safeParse(typed).success !== isValid) throw new Error(`zod's tests are read wrong: ${typed}`);
}

export const strings = said.map(([typed, isValid]) => ({ typed, answer: isValid ? "accepted" : "refused" }));
