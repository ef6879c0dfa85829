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
  loading: string;
  loadFailed: string;
  /** Stands after it where there is something that could have been typed. */
  stillHere: string;
  retry: string;
  /** The mark beside the label of a required field. */
  required: string;
  /** The first entry of a list from which something must be chosen. */
  choose: string;
  /** `{name}`: a country, `{code}`: its calling code. */
  countryOf: string;
  /** The first entry of a list from which nothing need be chosen. */
  none: string;
  /** The mark beside what may be left out. */
  optional: string;
  eitherPhone: string;
  /** Above all consents. */
  consents: string;
  /** `{channel}`: by what, `{owner}`: from whom. */
  consentOf: string;
  /** An `{owner}`. */
  group: string;
  /** `{value}`: the suggestion that one tap takes. */
  use: string;
  /** By `Intl.PluralRules` category; `{count}`: how many. */
  problems: { [category in Intl.LDMLPluralRule]?: string } & { other: string };
  send: string;
  sendAgain: string;
  sending: string;
  /** What became of a send that failed, by the error's `outcome`. */
  notSent: string;
  refused: string;
  unknown: string;
  thanks: string;
  /** `{restaurant}`: its name, or `restaurant`. */
  thanksText: string;
  restaurant: string;
  /** The words that only the gateway's pages have. Needed in a language that the package does not have; English else. */
  pages?: Partial<PageWords>;
}

/**
 * The words that only the gateway's pages have, besides those of the form. The package's own languages have them in the
 * gateway, so that no browser loads them. `{restaurant}`: its name.
 */
export interface PageWords {
  /** On the page of an unsubscribe link. */
  askTitle: string;
  askText: string;
  askButton: string;
  doneTitle: string;
  doneText: string;
  /** The link is not valid, or not any more. */
  voidTitle: string;
  voidText: string;
  /** It is not known whether the guest is unsubscribed. */
  failedTitle: string;
  failedText: string;
  /** Nothing was changed: there were too many requests. */
  busyTitle: string;
  busyText: string;
  /** There is no page at the address. */
  missingTitle: string;
  missingText: string;
  /** The link to the restaurant's site. */
  back: string;
  /** The link to its privacy notice. */
  privacy: string;
  /** How many come, where the link to the form says it. By `Intl.PluralRules` category; `{count}`: how many. */
  guests: { [category in Intl.LDMLPluralRule]?: string } & { other: string };
}

declare const locale: Locale;
export default locale;
