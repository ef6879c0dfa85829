/**
 * For the tests of the package: a project of its own that has installed the packed tarball. Environment: TARBALL, and the
 * sandbox's, which modules in the project get too.
 */
import { copyFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { run } from "./program.mjs";

export class Project {
  /** Makes a project with the package installed; its folder is removed after the last test of the file. */
  static async install() {
    const folder = await mkdtemp(join(tmpdir(), "dinerkit-consumer-"));
    after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}');
    // npm's own settings may be in the environment.
    await run("npm", ["install", "--no-audit", "--no-fund", process.env.TARBALL], { cwd: folder, env: process.env });
    return new Project(folder);
  }

  constructor(folder) {
    this.folder = folder;
  }

  /** Copies the content of a folder into the project. */
  async add(url) {
    await cp(url, this.folder, { recursive: true });
  }

  /** Copies a file into the project under a name that no other file has; returns the name. */
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

  /** Runs a module in the project; returns the value that it prints as JSON. */
  async consume(source, ...nodeOptions) {
    await writeFile(join(this.folder, "consumer.mjs"), source);
    const { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD } = process.env;
    const env = { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD };
    const { stdout } = await run(process.execPath, [...nodeOptions, "consumer.mjs"], { cwd: this.folder, env });
    return JSON.parse(stdout);
  }

  /** The project's `import * as dinerkit from "dinerkit"`, after `init()`. */
  async dinerkit() {
    const dinerkit = await this.import("dinerkit");
    await dinerkit.init();
    return dinerkit;
  }

  /** What the project imports by a name. */
  async import(name) {
    const file = join(this.folder, `import-${encodeURIComponent(name)}.mjs`);
    await writeFile(file, `export * from "${name}"`);
    return import(pathToFileURL(file));
  }
}
