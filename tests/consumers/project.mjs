/** For the consumers' tests: a project of its own that has installed the packed tarball. Environment: TARBALL. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export const run = promisify(execFile);

export async function createProject() {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-consumer-"));
  await writeFile(join(folder, "package.json"), '{"private":true,"type":"module"}');
  await run("npm", ["install", "--no-audit", "--no-fund", process.env.TARBALL], { cwd: folder });
  return {
    folder,
    /** Runs a module in the project; answers with the line of JSON that it prints. */
    async consume(source) {
      await writeFile(join(folder, "consumer.mjs"), source);
      const { stdout } = await run(process.execPath, ["consumer.mjs"], { cwd: folder });
      return JSON.parse(stdout);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
