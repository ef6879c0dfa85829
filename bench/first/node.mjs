/**
 * For the benchmarks: the import and the first check in fresh processes of Node that take turns. An edge function, a test
 * or a command-line program waits for this. Run as a program with the arguments FILE and the form as JSON, this file is
 * one such process; what Node itself takes to start is not counted.
 */
import { execFile } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { used } from "../compare.mjs";

const program = fileURLToPath(import.meta.url);
const run = promisify(execFile);

/** For each round the processor time of each contender's start, in milliseconds. `files` are their modules by name. */
export async function timeStarts(files, form, { rounds, progress }) {
  const names = Object.keys(files);
  const measured = [];
  for (let round = 0; round < rounds; round++) {
    progress(`first check in Node, round ${round + 1} of ${rounds}`);
    const times = {};
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length];
      const { stdout } = await run(process.execPath, [program, files[name], JSON.stringify(form)]);
      times[name] = Number(stdout);
    }
    measured.push(times);
  }
  return measured;
}

if (process.argv[1] === program) {
  const [file, form] = process.argv.slice(2);
  const draft = JSON.parse(form);
  const start = used();
  const { checkForm } = await import(pathToFileURL(file).href);
  if (checkForm(draft).issues.length > 0) throw new Error(`${file} refuses the form`);
  process.stdout.write(`${used(start) / 1e3}\n`);
}
