/** For the element and its tests: where children are seen. */

/** The places of the element's own nodes. Each is seen in the slot `diner-NAME`. */
export const PLACES = ["start", "fields", "end"];

/** The slots in the order in which they are seen. The one without a name is for children without a slot. */
export const SLOTS = ["diner-start", "before", "", "diner-fields", "after", "privacy", "diner-end", "help", "fallback"];

/** The slots whose controls take part in the form: all of the page's that are in sight meanwhile, but for `help`. */
export const SLOTS_OF_CONTROLS = ["", "before", "after"];

/** The slot that is seen instead of all others once the customer is created. */
export const THANKS = "thanks";
