/** Checks the command lines and the configurations of a page. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../../support/program.mjs";
import { ROOT } from "../../support/samples.mjs";

/** What npx runs. */
const commandOf = (project) => join(project.folder, "node_modules/.bin/dinerkit");

/** What checks a command, by its first words. None of them does what the command would do. */
const CHECKS = [
  {
    begins: "cargo xtask ",
    // clap reads all that stands before, and refuses what it does not know. Not by cargo, which may build the running
    // program anew.
    check: (_, words) => run(process.env.XTASK, [...words.slice(2), "--help"], { cwd: ROOT, env: process.env }),
  },
  {
    begins: "npx dinerkit ",
    check: (project, words) => run(commandOf(project), [...words.slice(2), "--help"], { cwd: project.folder }),
  },
  {
    begins: "npm install ",
    async check(project, words) {
      const names = words.slice(2).filter((word) => !word.startsWith("-"));
      const { dependencies } = JSON.parse(await readFile(join(project.folder, "package.json"), "utf8"));
      for (const name of names) assert.ok(dependencies[name] || name.startsWith("./"), `${name} is no package of ours`);
    },
  },
];

/** Checks that each line of a sample is a command that exists, with options that exist. */
export async function runCommands(project, { code }) {
  const lines = code
    .split("\n")
    .map((line) => line.replace(/ *#.*$/, ""))
    .filter(Boolean);
  assert.ok(lines.length);
  for (const line of lines) {
    const known = CHECKS.find(({ begins }) => line.startsWith(begins));
    assert.ok(known, `nothing checks the command ${line}`);
    await known.check(project, line.split(" "));
  }
}

/** What every configuration needs, for a sample that shows a part of one. */
const NEEDED = {
  DINERKIT_UPSTREAM: "https://api.resdiary.com",
  DINERKIT_CREDENTIALS_USERNAME: "username",
  DINERKIT_CREDENTIALS_PASSWORD: "password",
  DINERKIT_MICROSITES: "oak-and-salt",
};

/** Has the gateway's command read a configuration. The files of its secrets are made first. */
export async function runConfiguration(project, { code }) {
  for (const [, key, file] of code.matchAll(/^(\w+)File = "([^"]*)"/gm)) {
    await mkdir(join(project.folder, dirname(file)), { recursive: true });
    const text = key === "url" ? "redis://127.0.0.1:6379/0" : randomBytes(32).toString("base64");
    await writeFile(join(project.folder, file), text);
  }
  await writeFile(join(project.folder, "gateway.toml"), code);
  const words = ["gateway", "--config", "gateway.toml", "--print-config"];
  const env = /^upstream = /m.test(code) ? {} : NEEDED;
  const { stdout } = await run(commandOf(project), words, { cwd: project.folder, env });
  for (const [, key] of code.matchAll(/^(\w+) = /gm))
    assert.ok(stdout.includes(key.replace(/File$/, "")), `${key} is read`);
}
