/** For `cargo xtask bench`: whether anything else runs on this machine now. */
import { cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** How long is looked. */
const LOOK_MS = 2000;
/** A machine is idle if its processors work less than this part of the time. */
const BUSY = 0.05;

/** The part of the time in which processors worked between two readings of `os.cpus()`. */
export function busyPart(before, after) {
  let [working, all] = [0, 0];
  for (const [index, { times }] of after.entries()) {
    for (const [name, time] of Object.entries(times)) {
      const passed = time - before[index].times[name];
      all += passed;
      if (name !== "idle") working += passed;
    }
  }
  return all ? working / all : 0;
}

export async function isIdle() {
  const before = cpus();
  await delay(LOOK_MS);
  return busyPart(before, cpus()) < BUSY;
}
