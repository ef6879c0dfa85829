/**
 * For the build: which words of a language the form needs when it is drawn, and those without which it could not be sent.
 * The others are about what the guest has typed or sent. The gateway's script has the first English words inside and asks
 * for the others beside the rules, so that fewer bytes come before the first field.
 */
export const FIRST_WORDS = [
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
