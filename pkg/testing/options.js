/** For the stand-in: options with a name that is not known are refused, because a typing error would go unnoticed. */
import { ownNames } from "../lib/names.js";

/** Throws a TypeError that names the members of `given` that are not in `names`. */
export function knownOnly(given, names, what) {
  if (Object(given) !== given) throw new TypeError(`${what} takes an object`);
  const unknown = ownNames(given).filter((name) => !names.includes(name));
  if (unknown.length) throw new TypeError(`${what} takes ${names.join(", ")}, and not ${unknown.join(", ")}`);
}
