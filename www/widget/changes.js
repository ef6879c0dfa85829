/** For the widget: what an edit writes of a customer that was created a moment ago. */
import { isSame } from "../../pkg/lib/plain.js";

/**
 * What has to be written so that a customer of the request `before` is one of the request `after`. What `after` no longer
 * has becomes null, and a box no; parts of an address are compared one by one.
 */
export function changesBetween(before, after) {
  const changes = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[name], after[name]];
    if (isSame(old, now)) continue;
    if (isObject(old) || isObject(now)) changes[name] = changesBetween(old ?? {}, now ?? {});
    else changes[name] = now ?? (old === true ? false : null);
  }
  return changes;
}

const isObject = (value) => typeof value === "object" && value !== null;
