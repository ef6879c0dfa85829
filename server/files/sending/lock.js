/**
 * For `import`, `unsubscribe` and `schedule-deletion`: keeps two of them from one journal. The lock is a file with the
 * number of the process; that of a process which has ended is taken over.
 */
import { randomUUID } from "node:crypto";
import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

const MODE = 0o600;
const TRIES = 5;

/** Another process has the lock. */
export class LockError extends Error {}

/** Takes the lock at a path. Resolves to what gives it back. */
export async function lock(path) {
  const own = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    name: randomUUID(),
  });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, own, { mode: MODE });
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (await made(draft, path)) return () => giveBack(path, own);
      await removeDead(path);
    }
  } finally {
    await unlink(draft).catch(() => {});
  }
  throw new LockError(`${path} changes hands all the time: end the other commands on this list first`);
}

/** Gives the draft its name, unless there is a file of that name. So the lock never stands there half written. */
async function made(draft, path) {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the lock of a process that has ended. A LockError if it runs, or if that can't be known. */
async function removeDead(path) {
  const text = await textOf(path);
  if (text === undefined) return;
  const why = await refusal(text, path);
  if (why) throw new LockError(why);
  const aside = `${path}.dead-${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    // Another process was quicker.
    if (error.code === "ENOENT") return;
    throw error;
  }
  const moved = await textOf(aside);
  // Meanwhile another process has taken the lock: it gets it back.
  if (moved !== text) await link(aside, path).catch(() => {});
  await unlink(aside);
}

/** Why a lock with this text may not be taken over; undefined if it may. */
async function refusal(text, path) {
  const { pid, host, started } = parsed(text);
  if (!Number.isInteger(pid)) return `${path} is no lock of dinerkit: remove it if no command works on this list`;
  if (host !== hostname()) return `process ${pid} on ${host} works on this list: remove ${path} if it has ended`;
  if (!isAlive(pid)) return undefined;
  const now = await startOf(pid);
  // The number was given to another process since.
  if (started && now && started !== now) return undefined;
  return `process ${pid} works on this list already: wait for its end`;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** When a process began, where the system tells. */
async function startOf(pid) {
  const text = await textOf(`/proc/${pid}/stat`);
  const STARTED = 19;
  // The name of the program is in brackets and may hold anything.
  return text?.slice(text.lastIndexOf(")") + 2).split(" ")[STARTED];
}

async function giveBack(path, own) {
  if ((await textOf(path)) === own) await unlink(path);
}

async function textOf(path) {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
