/** For the build, in place of `pkg/dist/fields.js` in the later script: the facts that the first script has already. */
export const { ROWS, VERSION, YES } = globalThis[Symbol.for("dinerkit.widget")];
