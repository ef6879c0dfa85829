/**
 * English, and the model for every other language: the words that only the gateway's pages have, besides the widget's own
 * of `locales/`. A guest's browser loads the page and never this file. For translators: `{restaurant}` is filled in with
 * the restaurant's name; no text may promise more than these do.
 */
export default {
  /** On the page of a link in an e-mail, before the guest unsubscribes: title, text and button. */
  askTitle: "Unsubscribe",
  askText: "Stop marketing messages from {restaurant}, by email and by text message?",
  askButton: "Unsubscribe",
  /** The guest is unsubscribed. */
  doneTitle: "You are unsubscribed",
  doneText: "{restaurant} will send you no more marketing messages.",
  /** The link is not valid, or not any more. */
  voidTitle: "This link cannot be used",
  voidText: "It is damaged or too old. Use the link in a newer message, or ask the restaurant.",
  /** Nobody knows whether the guest is unsubscribed. */
  failedTitle: "This did not work",
  failedText: "You may still be subscribed. Try again later, or ask the restaurant.",
  /** Too many requests: the guest is still subscribed. */
  busyTitle: "Please wait a moment",
  busyText: "Nothing was changed. Try again in a minute.",
  /** The address leads to no page. */
  missingTitle: "There is nothing here",
  missingText: "Check the address, or use the link on the restaurant’s website.",
  /** The link below every page. */
  back: "Back to the restaurant’s website",
  /** Other details were sent from the form before: what to do first, and the button. */
  askFirst: "Please ask the restaurant before you send them again: you might be registered twice.",
  sendAgain: "Send again anyway",
  /** How many come, where the link to the form says it: one text for each plural form of the language. */
  guests: { one: "{count} guest", other: "{count} guests" },
};
