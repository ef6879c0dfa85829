/**
 * For the probe: what the answers to GET say about a path that takes another method. A server says 405 there and 404 where
 * it has no path, but not every server does: two answers whose meaning is known come first. Pure.
 */
import { confirmed, contradicted, unknown } from "./verdicts.js";

export const NOT_FOUND = 404;
const NO_METHOD = 405;

const isFine = (status) => status >= 200 && status < 300;

/**
 * What a server's answers to a path that nobody has, and to one that surely takes POST alone, tell about its other answers:
 * `{ isTelling, isOpen, why, toldMethods }`. `isOpen` is true for a server that has every path.
 */
export function learn(madeUp, known) {
  const not = (why, isOpen = false) => ({ isTelling: false, isOpen, toldMethods: false, why });
  if (isFine(madeUp.status)) {
    const what = madeUp.isPage ? "with a web page" : `with ${madeUp.status}`;
    return not(`the server answers a path that does not exist ${what}`, true);
  }
  if (madeUp.status !== NOT_FOUND) {
    return not(`the server answers a path that does not exist with ${madeUp.status}, not with ${NOT_FOUND}`);
  }
  if (known.status === NOT_FOUND) return not("the server says of a wrong method that there is no such path");
  if (known.status !== NO_METHOD) {
    return not(`the server answers a wrong method with ${known.status}, not with ${NO_METHOD}`);
  }
  const toldMethods = known.allow.includes("POST");
  const why = toldMethods ? "" : "the server does not say in Allow which methods it takes";
  return { isTelling: true, isOpen: false, toldMethods, why };
}

/** What the answer to GET says of a path: "there", "absent" or "unclear". `sibling` is the answer to a made-up one beside it. */
export function place(answer, sibling) {
  if (answer.status === NO_METHOD) return sibling.status === NO_METHOD ? "unclear" : "there";
  if (answer.status === NOT_FOUND && sibling.status === NOT_FOUND) return "absent";
  return "unclear";
}

/** A finding about a guessed path, by where it is and where it was found in its place. */
export function judgePath(here, other, tried) {
  if (here === "there") return confirmed("the server has this path: it answers GET with 405");
  if (other !== undefined) return contradicted(`the server has ${other} in its place`, other);
  if (here === "absent") {
    return contradicted(`the server has no such path, and none of ${tried} others that were tried`);
  }
  return unknown("GET does not tell whether this path exists, because another one covers it");
}

/** The methods that the gateway can use for the merge. */
const METHODS = ["POST", "PUT"];

/** A finding about a guessed method of a path that exists, by `Allow`. */
export function judgeMethod(guess, { allow }, { toldMethods, why }) {
  if (!toldMethods) return unknown(why);
  if (allow.includes(guess)) return confirmed("the server names it in Allow");
  const right = METHODS.find((method) => allow.includes(method));
  const said = allow.length > 0 ? `the server takes ${allow.join(", ")}` : "the server names no method";
  return allow.length > 0 ? contradicted(said, right) : unknown(said);
}
