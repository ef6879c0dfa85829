/**
 * For the build, in place of `pkg/dist/fields.js` and `guest-data.js` in the later script: the facts that the first script has already. The
 * element gives them before anything asks for them.
 */
export let CALLING_CODES, ROWS, VERSION, YES;

export function takeFacts(facts) {
  ({ CALLING_CODES, ROWS, VERSION, YES } = facts);
}
