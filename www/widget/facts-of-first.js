/**
 * For the build, in place of `pkg/dist/fields.js` in the later script: the facts that the first script has already. The
 * element gives them before anything asks for them.
 */
export let ROWS, VERSION, YES;

export function takeFacts(facts) {
  ({ ROWS, VERSION, YES } = facts);
}
