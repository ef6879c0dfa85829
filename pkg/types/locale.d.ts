/** Types of `dinerkit/locales/*`: the words of one language, for the widget and for whoever shows issues themselves. */

/** The shape of a locale, and of one that a page brings itself. Text in braces is filled in. */
export interface Locale {
  /** The language's BCP 47 tag: its plural forms are those of `problems`. */
  language: string;
  /** What fields are called, by field name. Custom fields have the restaurant's own labels. */
  labels: Record<string, string>;
  /** What stands below a field, by field name. */
  hints: Record<string, string>;
  /** By issue code, or `code.Field` where one field has its own; what is missing falls back on `issue.message`. */
  messages: Record<string, string>;
  /** `{name}`: the field's label. Stands before what is said about the field. */
  about: string;
  /** While the form is being loaded. */
  loading: string;
  /** If the form cannot be loaded. */
  loadFailed: string;
  /** Stands after `loadFailed` where there is something that could have been typed. */
  stillHere: string;
  /** The button that loads the form again. */
  retry: string;
  /** The first entry of a list, while nothing is chosen. */
  choose: string;
  /** `{name}`: a country, `{code}`: its calling code. */
  countryOf: string;
  /** The mark beside what may be left out. */
  optional: string;
  /** The link to the restaurant's privacy notice. */
  privacy: string;
  /** Above the two phone fields, of which one is needed. */
  eitherPhone: string;
  /** Above all consents. */
  consents: string;
  /** `{channel}`: by what, `{owner}`: from whom. */
  consentOf: string;
  /** An `{owner}`. */
  group: string;
  /** `{value}`: the suggestion that one tap takes. */
  use: string;
  /** Above the list of what is wrong. `{count}`: how many. */
  problems: PluralWords;
  /** The button that sends. */
  send: string;
  /** The same button while the details are being sent. */
  sending: string;
  /** What became of a send that failed: it never left. */
  notSent: string;
  /** What became of a send that failed: the restaurant's system said no. */
  refused: string;
  /** What became of a send that failed: the restaurant's system did not say, so that nobody knows. */
  unknown: string;
  /** There is no network. Before what became of the send. */
  offline: string;
  /** There is a network again. */
  online: string;
  /** No answer came, or the guest stopped waiting: it may have arrived, and trying again is safe. */
  noAnswer: string;
  /** Other details were sent before, and it is not known what became of them. */
  sentBefore: string;
  /** What was sent first has arrived; what was changed afterwards has not. */
  sentFirst: string;
  /** What the guest can do about a change that can't be sent. Follows `sentBefore` and `sentFirst`. */
  tellRestaurant: string;
  /** The button that sends a change of details that have arrived. */
  sendChange: string;
  /** A send is taking long, or is tried again. */
  stillSending: string;
  /** `{seconds}`: how long until the next attempt at a send. */
  waiting: string;
  /** The button that ends the waiting for an answer. */
  stop: string;
  /** The heading after the customer was created. */
  thanks: string;
  /** `{restaurant}`: its name, or `restaurant`. Stands below `thanks`. */
  thanksText: string;
  /** What a restaurant without a name is called, within a sentence. */
  restaurant: string;
  /** While the page holds a send (`waitUntil` of `diner-submit`). */
  holding: string;
  /** What became of a send that the page held: it was not sent. */
  heldBack: string;
  /** The words that only the gateway's pages have. Needed in a language that the package does not have; English else. */
  pages?: Partial<PageWords>;
}

/** A text in the plural forms of its language, by the categories of `Intl.PluralRules`; `other` stands in for the rest. */
export type PluralWords = { [category in "zero" | "one" | "two" | "few" | "many"]?: string } & {
  /** For every number that has no form of its own. */
  other: string;
};

/**
 * The words that only the gateway's pages have, besides those of the form. The package's own languages have them in the
 * gateway, so that no browser loads them. `{restaurant}`: its name.
 */
export interface PageWords {
  /** Heading of the page of an unsubscribe link. */
  askTitle: string;
  /** What that page asks. */
  askText: string;
  /** Its button. */
  askButton: string;
  /** Heading after the guest is unsubscribed. */
  doneTitle: string;
  /** What the guest reads then. */
  doneText: string;
  /** Heading if the link is not valid, or not any more. */
  voidTitle: string;
  /** What the guest reads then. */
  voidText: string;
  /** Heading if it is not known whether the guest is unsubscribed. */
  failedTitle: string;
  /** What the guest reads then. */
  failedText: string;
  /** Heading if nothing was changed, because there were too many requests. */
  busyTitle: string;
  /** What the guest reads then. */
  busyText: string;
  /** Heading if there is no page at the address. */
  missingTitle: string;
  /** What the guest reads then. */
  missingText: string;
  /** Follows `sentBefore`, where sending again would register the guest twice: what to do first. */
  askFirst: string;
  /** The button of the form then. */
  sendAgain: string;
  /** The link to the restaurant's site. */
  back: string;
  /** How many come, where the link to the form says it. `{count}`: how many. */
  guests: PluralWords;
}

/** The words of the language that the file is named after. */
declare const locale: Locale;
export default locale;
