/**
 * For `cargo xtask test consumers --all`: writes docs/bundlers.md from what the fixtures have reported, see fixture.mjs.
 *
 * `node fixtures-page.mjs RESULTS PAGE`
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./program.mjs";

const HEAD = `# What the package was tried in

For whoever asks whether dinerkit works in what they use. \`cargo xtask test consumers --all\` installs the packed tarball in each of these environments, builds, runs the result in its real runtime (Chromium for pages), calls \`init\`, checks a guest, loads the tables of phone numbers, creates a customer against the sandbox, and counts the copies of the module. It writes this page when all have passed. [With your bundler](with-your-bundler.md) says what to write.
`;

/** The line by which the lint knows the package's version: see xtask/src/lint/bundlers.rs. */
const stamp = ({ version, commit, date }) => `dinerkit ${version}, commit ${commit}, ${date}`;

const line = (...cells) => `| ${cells.join(" | ")} |`;

/** The page for rows of fixtures that have passed, list by list. */
export function pageOf(rows, of) {
  const parts = [HEAD, `${stamp(of)}\n`];
  const titles = [...new Set(rows.map(({ title }) => title))].sort((a, b) => a.localeCompare(b));
  for (const title of titles) {
    const own = rows.filter((row) => row.title === title).sort((a, b) => a.place - b.place);
    parts.push(
      [
        `## ${title[0].toUpperCase()}${title.slice(1)}\n`,
        line("environment", "versions", "you write", "seconds"),
        line("---", "---", "---", "---"),
        ...own.map(({ name, versions, write, seconds }) =>
          line(name, versions.join(", ") || "–", write || "nothing", seconds),
        ),
        "",
      ].join("\n"),
    );
  }
  return parts.join("\n");
}

async function rowsIn(folder) {
  const files = (await readdir(folder)).sort();
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8"))));
}

/** What this checkout is, and today. */
async function current() {
  const root = new URL("../../", import.meta.url);
  const { version } = JSON.parse(await readFile(new URL("pkg/package.json", root), "utf8"));
  const commit = ["describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"];
  const { stdout } = await run("git", commit, { cwd: fileURLToPath(root) });
  return { version, commit: stdout.trim(), date: new Date().toISOString().slice(0, "YYYY-MM-DD".length) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [results, page] = process.argv.slice(2);
  await writeFile(page, pageOf(await rowsIn(results), await current()));
}
