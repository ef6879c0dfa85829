/**
 * For tests of what becomes of a fault inside a module, in every runtime and in a page. No export is made for it: the
 * stack is used up, either before the module is asked or by a function of the platform that it calls.
 */

/** A text that the rules hand to the platform's `normalize`. */
export const COMPOSED = "Zo\u0308e";

/**
 * Runs `work`, during which the platform's `normalize` uses up the stack inside the module. Returns what it threw, or
 * undefined.
 */
export function withFault(work) {
  const { normalize } = String.prototype;
  String.prototype.normalize = function endless() {
    return endless.call(this) + 1;
  };
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    String.prototype.normalize = normalize;
  }
}

/**
 * Calls `work` on ever more of the stack, from almost none, until it returns. Returns the errors that it threw before,
 * and its `value`.
 */
export function onShortStack(work) {
  const errors = [];
  let value;
  let isDone = false;
  const descend = () => {
    try {
      descend();
    } catch {
      // No stack is left, not even for this.
    }
    if (isDone) return;
    try {
      value = work();
      isDone = true;
    } catch (error) {
      errors.push(error);
    }
  };
  descend();
  return { errors, value };
}
