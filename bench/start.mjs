/**
 * For the benchmarks: times the import and the first check in fresh processes that take turns. An edge function, a test
 * or a command-line program waits for this. Run as a program with the arguments NAME and the form as JSON, this file is
 * one such process.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { used } from "./compare.mjs";

const STARTS = 15;
const program = fileURLToPath(import.meta.url);

/** Each contender's times in nanoseconds, one for each start. */
export function timeStarts(names, form) {
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let start = 0; start < STARTS; start++) {
    for (const name of names) {
      const printed = execFileSync(process.execPath, [program, name, JSON.stringify(form)], { encoding: "utf8" });
      times[name].push(Number(printed));
    }
  }
  return times;
}

if (process.argv[1] === program) {
  const [name, form] = process.argv.slice(2);
  const draft = JSON.parse(form);
  const start = used();
  const { checkForm } = await import(`./${name}.mjs`);
  if (checkForm(draft) === undefined) throw new Error(`${name} refuses the form`);
  console.log(used(start) * 1e3);
}
