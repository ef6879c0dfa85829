/**
 * For `import`, `unsubscribe` and `schedule-deletion`: keeps two of them from one journal. Each process makes a file of its
 * own and then looks for others: of two that begin at the same time, at least one sees the other. The file of a process that
 * has ended is removed, and no live one's can be mistaken for it, because the name says whose it is.
 */
import { createHash } from "node:crypto";
import { readlinkSync } from "node:fs";
import { open, readFile, readdir, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hasProcess } from "../atomic.js";

const MODE = 0o600;
/** Two that see each other both step back, and try again after a while that is another for each. */
const TRIES = 4;
const STEP_BACK_MS = 100;
const OWN = /^(\d+)-(\d+)-([0-9a-f]{8})$/;

/** Another process has the lock. */
export class LockError extends Error {}

/** Takes the lock at a path, to which names of processes are added. Resolves to what gives it back. */
export async function lock(path) {
  for (let tries = 1; ; tries += 1) {
    const own = await create(path);
    const why = await refusal(path, own);
    if (!why) return () => unlink(own);
    await unlink(own);
    if (tries === TRIES) throw new LockError(why);
    await delay(STEP_BACK_MS * tries * (1 + Math.random()));
  }
}

/** Makes the file of this process. Its name says all, so that it is never half written. */
async function create(path) {
  const own = `${path}-${process.pid}-${(await startOf(process.pid)) ?? 0}-${hostOf()}`;
  try {
    await (await open(own, "wx", MODE)).close();
    return own;
  } catch (error) {
    if (error.code === "EEXIST") throw new LockError(worksOn(process.pid));
    throw error;
  }
}

/** Why the lock can't be had: who else has it. Removes what processes have left that have ended. */
async function refusal(path, own) {
  const prefix = `${basename(path)}-`;
  for (const file of await readdir(dirname(path))) {
    const place = join(dirname(path), file);
    const [, pid, started, host] = OWN.exec(file.startsWith(prefix) ? file.slice(prefix.length) : "") ?? [];
    if (pid === undefined || basename(own) === file) continue;
    if (host !== hostOf())
      return `process ${pid} of another machine works on this list: remove ${place} if it has ended`;
    if (await isAlive(Number(pid), started)) return worksOn(pid);
    await unlink(place).catch(() => {});
  }
  return undefined;
}

const worksOn = (pid) => `process ${pid} works on this list already: wait for its end`;

/** Whether the process runs that had this number and began then: numbers are given again. */
async function isAlive(pid, started) {
  if (!hasProcess(pid)) return false;
  const now = (await startOf(pid)) ?? "0";
  return started === "0" || now === "0" || now === started;
}

/** When a process began, where the system tells. */
async function startOf(pid) {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const STARTED = 19;
  // The name of the program is in brackets and may hold anything.
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[STARTED];
}

/**
 * This machine, or this container. Containers may have the machine's name, but numbers of processes mean something only to
 * those that share them.
 */
export const hostOf = () => createHash("sha256").update(`${hostname()} ${numbering()}`).digest("hex").slice(0, 8);

/** What tells apart who numbers the processes, where the system tells. */
function numbering() {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
