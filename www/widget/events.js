/**
 * For pages that hold a `<diner-form>`: the names of its events, in one place.
 * All bubble. What each carries in `detail` stands in the element's own comment.
 */
export const EVENTS = Object.freeze({
  ready: "diner-ready",
  change: "diner-change",
  invalid: "diner-invalid",
  submit: "diner-submit",
  created: "diner-created",
  error: "diner-error",
});
