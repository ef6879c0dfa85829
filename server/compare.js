/**
 * For `dinerkit verify`: compares the files of an installed package with sums of theirs. The sums are the package's own,
 * a file's, or those of a package that is built anew from the sources of the same commit.
 */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** The file of the sums, which has no sum itself, and the file that says which build the package is. */
export const SUMS = "dist/SHA256SUMS";
const BUILD = "dist/build.json";

/** Package managers put the programs of other packages here. */
const NOT_OURS = "node_modules";

const run = promisify(execFile);

/** What was asked for can't be compared: says why. */
export class VerifyError extends Error {}

/**
 * The sums in a text of the form that `sha256sum` writes: a hash, two characters, a path from the package's folder.
 * Returns a map from paths to hashes, or undefined if the text has another form.
 */
export function readSums(text) {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const parts = lines.map((line) => /^([\da-f]{64}) [ *](.+)$/.exec(line));
  if (lines.length === 0 || parts.includes(null)) return undefined;
  return new Map(parts.map(([, sum, path]) => [path, sum]));
}

/** What differs between the sums that should be and those that are: `[{ path, what }]`, by path. */
export function differences(wanted, found) {
  const paths = [...new Set([...wanted.keys(), ...found.keys()])].sort();
  return paths.flatMap((path) => {
    if (wanted.get(path) === found.get(path)) return [];
    const what = !found.has(path) ? "missing" : wanted.has(path) ? "changed" : "added";
    return [{ path, what }];
  });
}

/** The sums of all files in the folder of a package, but of the file of sums. What is no file has no sum. */
async function sumsOf(folder, parent = "", sums = new Map()) {
  for (const entry of await readdir(join(folder, parent), { withFileTypes: true })) {
    const path = parent + entry.name;
    if (path === SUMS || entry.name === NOT_OURS) continue;
    if (entry.isDirectory()) await sumsOf(folder, `${path}/`, sums);
    else sums.set(path, entry.isFile() ? sha256(await readFile(join(folder, path))) : "");
  }
  return sums;
}

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function sumsIn(file) {
  const text = await readOr(file, `${file} can't be read`);
  const sums = readSums(text);
  if (!sums) throw new VerifyError(`${file} holds no sums: each line takes a SHA-256, two spaces and a path`);
  return sums;
}

async function readOr(file, otherwise) {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new VerifyError(`${otherwise} (${error.code})`);
  }
}

/** Which build the package in a folder is; empty where its own word for it is missing or damaged. */
async function buildOf(folder) {
  const read = async (path) => JSON.parse(await readFile(join(folder, path), "utf8").catch(() => "{}"));
  const { name } = await read("package.json").catch(() => ({}));
  if (name !== "dinerkit") throw new VerifyError(`${folder} holds no package of dinerkit`);
  return read(BUILD).catch(() => ({}));
}

/**
 * The sums of the package that the sources in `source` make. `build` is the build of the installed package: the sources
 * must be those of its commit.
 */
async function sumsOfRebuild(source, build, previous) {
  const git = (...words) => run("git", ["-C", source, ...words]).then(({ stdout }) => stdout.trim());
  if (build.commit === undefined) throw new VerifyError(`${BUILD} of the package is missing or damaged: use --sums`);
  if (build.commit === null) throw new VerifyError("the package was built without git: no commit has its sources");
  if (build.dirty) {
    throw new VerifyError(`the package was built from ${build.commit} with changes: no commit has its sources`);
  }
  const head = await git("rev-parse", "HEAD").catch((error) => {
    const reason = error.code === "ENOENT" ? "git is not installed" : "it is no checkout";
    throw new VerifyError(`${source} can't be asked for its commit: ${reason}`);
  });
  if (head !== build.commit) {
    throw new VerifyError(
      `the package was built from ${build.commit}, and ${source} is at ${head}: run \`git checkout ${build.commit}\` there`,
    );
  }
  if (await git("status", "--porcelain")) {
    throw new VerifyError(`${source} has changes: commit or stash them, or clone it anew`);
  }
  const words = ["xtask", "pack", ...(previous ? ["--previous", resolve(previous)] : [])];
  const status = await rebuilt(source, words);
  if (status !== 0) throw new VerifyError(`\`cargo ${words.join(" ")}\` failed in ${source}: see its messages above`);
  return sumsIn(join(source, "pkg", SUMS));
}

/** Runs cargo with its messages on stderr. Resolves to its exit status. */
function rebuilt(source, words) {
  return new Promise((done, failed) => {
    const cargo = spawn("cargo", words, { cwd: source, stdio: ["ignore", 2, 2] });
    cargo.once("close", done);
    cargo.once("error", (error) => {
      const help = "install Rust by rustup, or compare with sums by --sums";
      failed(new VerifyError(error.code === "ENOENT" ? `cargo is not installed: ${help}` : error.message));
    });
  });
}

/**
 * Compares the package in `folder` with the sums in the file `sums`, with those of a rebuild from the checkout `source`,
 * or with its own. `previous` is the tarball of the release before, whose files the package keeps. Says the outcome by
 * `say`; returns true if nothing differs.
 */
export async function verify({ folder, sums, source, previous }, say) {
  const build = await buildOf(folder);
  const [wanted, by] = await wantedSums({ folder, sums, source, previous }, build);
  const found = await sumsOf(folder);
  const differ = differences(wanted, found);
  for (const { path, what } of differ) say(`${what}  ${path.replaceAll(/\p{Cc}/gu, "?")}`);
  const name = `dinerkit ${build.version ?? "of an unknown build"}${commitOf(build)}`;
  if (differ.length === 0) {
    say(`${name}: all ${wanted.size} files are those of ${by}`);
    return true;
  }
  say(`${name}: ${differ.length === 1 ? "1 file differs" : `${differ.length} files differ`} from ${by}`);
  if (source !== undefined) for (const hint of await hints(source, build, folder, previous)) say(hint);
  return false;
}

/** The sums that the files should have, and what to call them. */
async function wantedSums({ folder, sums, source, previous }, build) {
  if (sums !== undefined) return [await sumsIn(sums), sums];
  if (source === undefined) return [await sumsIn(join(folder, SUMS)), SUMS];
  return [await sumsOfRebuild(source, build, previous), `a rebuild in ${source}`];
}

const commitOf = ({ commit, dirty }) => (commit ? ` (commit ${commit}${dirty ? " with changes" : ""})` : "");

/** What may explain that a rebuild differs. */
async function hints(source, build, folder, previous) {
  const { tools } = await buildOf(join(source, "pkg"));
  const others = Object.entries(build.tools ?? {}).filter(([name, version]) => tools[name] !== version);
  const ofTools = others.map(
    ([name, version]) => `it was built with ${name} ${version}, and the rebuild with ${tools[name]}: use the same`,
  );
  const listed = await readFile(join(folder, "dist/web/files.json"), "utf8").catch(() => "");
  const [, kept] = /"keptFrom": "([^"]+)"/.exec(listed) ?? [];
  return kept && !previous ? [...ofTools, `it keeps files of ${kept}: give that tarball by --previous`] : ofTools;
}
