/**
 * For pages that hold a `<diner-form>`: the names of its events. All events bubble. The comment of `diner-form.js` says
 * what each has in `detail`.
 */
export const EVENTS = {
  ready: "diner-ready",
  change: "diner-change",
  invalid: "diner-invalid",
  submit: "diner-submit",
  created: "diner-created",
  edited: "diner-edited",
  error: "diner-error",
};
