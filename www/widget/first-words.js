/**
 * For the build: which words of a language the form needs when it is drawn, and those without which it could not be sent.
 * The others are about what the guest has typed or sent. They are in a file of their own, so that fewer bytes come before
 * the first field. Of English, the gateway's script has the first words inside, and the later script the others.
 */
const FIRST_WORDS = [
  "language",
  "labels",
  "hints",
  "loading",
  "loadFailed",
  "retry",
  "choose",
  "countryOf",
  "optional",
  "eitherPhone",
  "consents",
  "consentOf",
  "group",
  "restaurant",
  "send",
  "about",
  "thanks",
];

/** The words of the two files of a language, `{ first, later }`. */
export function inTwo(words) {
  const files = { first: {}, later: {} };
  for (const [name, text] of Object.entries(words)) files[FIRST_WORDS.includes(name) ? "first" : "later"][name] = text;
  return files;
}

/** Codes of issues that no guest's form can meet, so that the gateway's script leaves out their messages. */
export const CODES_OF_PROGRAMS = [
  "not_listed",
  "ids_invalid",
  "duplicate_id",
  "too_many_ids",
  "id_count",
  "merge_self",
  "ip_invalid",
];

/** Fields that only staff may write, so that the gateway's script leaves out their labels. */
export const FIELDS_OF_STAFF = ["Department", "MembershipId"];
