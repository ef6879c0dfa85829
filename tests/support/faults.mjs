/**
 * For tests of what becomes of a fault inside a module, in every runtime and in a page: makes one without an export for
 * it, by a stack that is almost used up.
 */

/**
 * Calls `work` on ever more of the stack, from almost none, until it returns. Returns the errors that it threw before,
 * and the `value`.
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

/** Ends the instance of the module that `work` asks. Returns the InternalError that says so. */
export function endInstance(work) {
  const found = onShortStack(work).errors.filter(({ code }) => code === "internal");
  if (!found.length) throw new Error("the stack was used up outside the module only");
  return found[0];
}
