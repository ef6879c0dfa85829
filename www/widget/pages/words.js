/**
 * For the gateway's pages: the words of a page, in the language that its reader asks for. Besides the widget's own words a
 * page has some that no browser needs with the widget; they stand in this folder, one file a language.
 */
import { knownLanguage, languageTag } from "../languages.js";
import en from "../locales/en.js";
import pageWords from "./all.js";

/** How many of the languages that a browser names are looked at. */
const MOST_LANGUAGES = 20;

/** The words of pages in English and in `locales`, which are those of `dinerkit/locales/*` by their tags. */
export class Words {
  #known = { en: completed("en", en) };

  constructor(locales) {
    for (const [tag, words] of Object.entries(locales)) this.#known[tag] = completed(tag, words);
    // Readers of any kind of Norwegian read Bokmål better than English.
    if (this.#known.nb) this.#known.no ??= this.#known.nn ??= this.#known.nb;
  }

  /** The words of the first of these tags that there are words for; else the English ones. */
  of(tags) {
    const known = this.#known;
    return known[tags.map((tag) => knownLanguage(tag, known)).find(Boolean)] ?? known.en;
  }

  /**
   * The operator's own words, `UnsubscribeWords`, over those of their language. The page is in that language whatever the
   * reader's is, because a page in two languages would be worse.
   */
  replacedBy({ lang = "en", ...own }) {
    const words = this.of([languageTag(lang)].filter(Boolean));
    return { ...words, language: lang, pages: { ...words.pages, ...own } };
  }
}

/** A locale with the words that it lacks: those for pages from here, and English ones. */
function completed(tag, words) {
  if (languageTag(tag) !== tag || !languageTag(words?.language ?? "") || typeof words.labels !== "object") {
    throw new TypeError(
      'give locales as { de }, from import de from "dinerkit/locales/de": canonical tags and Locales',
    );
  }
  const parts = ["labels", "hints", "messages"].map((part) => [part, { ...en[part], ...words[part] }]);
  const pages = { ...pageWords.en, ...pageWords[knownLanguage(tag, pageWords)], ...words.pages };
  return { ...en, ...words, ...Object.fromEntries(parts), pages };
}

/** The tags that a request asks for: that of its address, then those of the browser by their weights (RFC 9110). */
export function askedLanguages({ url, headers }) {
  const asked = new URL(url).searchParams.get("lang") ?? "";
  const weighed = (headers.get("accept-language") ?? "").split(",", MOST_LANGUAGES).map((part) => {
    const [tag, ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
    return { tag, weight: Number(weight) };
  });
  const wanted = weighed.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  return [asked, ...wanted.map(({ tag }) => tag)].map(languageTag).filter(Boolean);
}
