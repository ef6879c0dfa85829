/** For the probe: how alike two names are, by the words that they are made of. Pure. */
import { distance } from "fastest-levenshtein";

/** What a word of a name can mean. Each name of a meaning may stand in `words` of a guess. */
const MEANINGS = {
  age: ["age", "drinking"],
  consent: ["consent", "opt", "optin", "marketing", "wording", "words", "statement", "permission", "text", "copy"],
  declined: ["declined", "decline", "declines", "refused", "refuses", "no", "without", "missing", "withheld", "none"],
  deleted: ["deleted", "marked", "scheduled", "success", "succeeded", "successful", "processed", "done", "removed"],
  email: ["email", "emails", "mail", "mails"],
  fields: ["field", "fields", "question", "questions", "custom", "extras"],
  group: ["group", "groups", "brand", "company", "chain", "organisation", "organization", "corporate"],
  ids: ["ids", "customers", "list", "children", "others", "duplicates"],
  ip: ["ip", "ipaddress", "ipaddr"],
  key: ["key", "field", "code", "property", "id", "slot"],
  label: ["label", "caption", "text", "title", "question", "description", "heading", "prompt"],
  master: ["master", "primary", "target", "main", "into", "destination", "surviving", "survivor", "keep", "parent"],
  microsite: ["microsite", "site", "provider", "slug", "identifier", "shortname"],
  mode: ["mode", "channel", "channels", "method", "type", "kind", "medium", "from", "modes", "preference"],
  name: ["name", "displayname", "called", "title"],
  required: ["required", "mandatory", "compulsory", "must", "obligatory", "needed"],
  restaurant: ["restaurant", "venue", "site", "microsite", "provider", "location", "local", "house"],
  skipped: ["skipped", "failed", "ignored", "excluded", "rejected", "unmarked", "left", "not", "unsuccessful", "kept"],
  sms: ["sms", "texts", "message", "messages", "mobile", "phone"],
  titles: ["titles", "title", "salutations", "salutation", "honorifics", "prefixes", "forms"],
  zone: ["zone", "timezone", "tz", "iana", "timezoneid", "zoneid"],
};

/** The words of a name, in lower case: `CustomerIPs_toMerge` is `customer ips to merge`. */
export function wordsOf(name) {
  return name
    .replaceAll(/e[-_]?mail/gi, "Email")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** The part of the groups of meanings that a name has a word for. */
function met(name, groups) {
  const words = wordsOf(name);
  const says = (meaning) => words.some((word) => MEANINGS[meaning].includes(word));
  // "Text" before another word means text messages, as in `GroupTextConsent`; at the end it means a wording.
  const isTexts = (meaning) => meaning === "sms" && words.slice(0, -1).includes("text") && !says("email");
  const count = groups.filter((group) => group.some((meaning) => says(meaning) || isTexts(meaning))).length;
  return count / groups.length;
}

/** True if two names are the same but for their case and for what parts their words. */
export function isSpelling(one, other) {
  const plain = (name) => name.replaceAll(/[^A-Za-z\d]/g, "").toLowerCase();
  return plain(one) === plain(other);
}

/** From 0 to 1: how much of the longer name the shorter one has, letter by letter. */
function closeness(one, other) {
  return 1 - distance(one.toLowerCase(), other.toLowerCase()) / Math.max(one.length, other.length);
}

/** Names this close, letter by letter, are alike even if their words say nothing. */
const CLOSE = 0.75;

/** From 0 to 1: how likely a name stands for a guess. Without a word that it would have, it is 0. */
export function likeness(name, guess) {
  if (isSpelling(name, guess.own)) return 1;
  if (guess.only && !wordsOf(name).every((word) => guess.only.includes(word))) return 0;
  const near = closeness(name, guess.own);
  if (guess.words && met(name, guess.words) === 1) return 0.6 + 0.3 * near;
  return near >= CLOSE ? 0.5 : 0;
}

/** How likely a description is about a guess: by its words alone, which say less than those of a name. */
export function likenessOfWords(text, guess) {
  return text && guess.words && met(text, guess.words) === 1 ? 0.5 : 0;
}

/** Two scores that differ by less say nothing. */
const TIE = 0.02;

/**
 * Gives each guess the name that fits it best, and no name to two guesses: the surest pair first. `score(guess, name)` is 0
 * for what can't be. Returns a map from guesses to names. A guess that two names fit equally well gets none.
 */
export function assign(guesses, names, score) {
  const pairs = guesses.flatMap((guess) => names.map((name) => ({ guess, name, score: score(guess, name) })));
  const open = pairs.filter((pair) => pair.score > 0).sort((one, other) => other.score - one.score);
  const assigned = new Map();
  const taken = new Set();
  const isOpen = ({ guess, name }) => !assigned.has(guess) && !taken.has(name);
  for (const pair of open) {
    if (!isOpen(pair)) continue;
    const isTied = open.some(
      (other) =>
        other !== pair && other.guess === pair.guess && isOpen(other) && Math.abs(other.score - pair.score) < TIE,
    );
    if (isTied) continue;
    assigned.set(pair.guess, pair.name);
    taken.add(pair.name);
  }
  return assigned;
}
