/** For the tests of this folder: a project of its own that has installed the packed tarball. Environment: TARBALL. */
import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

export class Project {
  /** Installs; the project goes when the test file that made it has ended. */
  static async install() {
    const folder = await mkdtemp(join(tmpdir(), "dinerkit-consumer-"));
    after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}');
    await run("npm", ["install", "--no-audit", "--no-fund", process.env.TARBALL], { cwd: folder });
    return new Project(folder);
  }

  constructor(folder) {
    this.folder = folder;
  }

  /** Copies the content of a folder into the project. */
  async add(url) {
    await cp(url, this.folder, { recursive: true });
  }

  /** Copies a file into the project, under a name of its own; answers with the name. */
  async adopt(url) {
    const name = url.pathname.split("/").slice(-3).join("-");
    await copyFile(url, join(this.folder, name));
    return name;
  }

  /** Lets the project import a package of this workspace. */
  async link(name) {
    const place = join(this.folder, "node_modules", name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url)), place);
  }

  /** Runs a module in the project; answers with the line of JSON that it prints. */
  async consume(source, ...nodeOptions) {
    await writeFile(join(this.folder, "consumer.mjs"), source);
    return this.#run("consumer.mjs", nodeOptions);
  }

  /** The same for a module of this folder. */
  async consumeFile(url) {
    const name = basename(url.pathname);
    await copyFile(url, join(this.folder, name));
    return this.#run(name);
  }

  async #run(file, nodeOptions = []) {
    const { stdout } = await run(process.execPath, [...nodeOptions, file], { cwd: this.folder });
    return JSON.parse(stdout);
  }

  /** What `import * as dinerkit from "dinerkit"` gives there, started. */
  async dinerkit() {
    const file = join(this.folder, "index.mjs");
    await writeFile(file, 'export * from "dinerkit"; export { default } from "dinerkit";');
    const dinerkit = await import(pathToFileURL(file));
    await dinerkit.default();
    return dinerkit;
  }
}
