/**
 * For whoever learns how the real API behaves: every guess of the stand-in about that. Guessed names and paths are in
 * openapi.yaml, from which contract.js is made, and in src/names.rs, from which `dist/names.js` is. The guesses are those of the sandbox
 * (`sandbox/src/guesses.rs`), and tests/support/api-cases.mjs holds both to the same behaviour.
 */

/** The only query parameter that does not turn a request into a 404. */
export const KNOWN_QUERY_PARAMETER = "api-version";

/** The largest body that is read, in bytes; the real limit is unknown. */
export const BODY_LIMIT = 1024 * 1024;

/** The requests of an account in a minute (observed). */
export const REQUESTS_PER_MINUTE = 200;

/** How long a token lives, and how long before its end it is replaced by a new one, in milliseconds (observed). */
export const TOKEN_LIFETIME_MS = 24 * 60 * 60_000;
export const REISSUE_WINDOW_MS = 5 * 60_000;

/** How long a customer stays after deletion was scheduled, in milliseconds: the vendor's help says so of its diary. */
export const LISTED_AFTER_DELETION_MS = 7 * 24 * 60 * 60_000;

/** The status by which the older token endpoint refuses wrong credentials: it is known only that it is not 200. */
export const OLD_TOKEN_REFUSED_STATUS = 401;

/** The status of an unsubscription, which returns nothing. */
export const UNSUBSCRIBED_STATUS = 204;

/** What stands between comments that are appended (observed). */
export const LINE_BREAK = "\r\n";

/** The members of a customer that read as an empty text when they are not set; other texts read as null (observed). */
export const EMPTY_AS_TEXT = [
  "Title",
  "Company",
  "Mobile",
  "Phone",
  "MembershipId",
  "GroupEmailMarketingOptInText",
  "GroupSmsMarketingOptInText",
];

const EMAIL_FLAGS = ["ReceiveEmailMarketing", "ReceiveRestaurantEmailMarketing"];
const SMS_FLAGS = ["ReceiveSmsMarketing", "ReceiveRestaurantSmsMarketing"];

/** The values of `MarketingCommunicationMode`, in lower case, each with the flags that it withdraws. */
export const MODES = { email: EMAIL_FLAGS, sms: SMS_FLAGS, all: [...EMAIL_FLAGS, ...SMS_FLAGS] };
/** The mode of an unsubscription that names none. */
export const MODE_WHEN_LEFT_OUT = "All";

/**
 * The API's messages. Those about e-mail, numbers and an empty body were seen word for word; the others are what the
 * framework writes by default.
 */
export const MESSAGES = {
  denied: "Authorization has been denied for this request.",
  emptyBody: "The 'request' parameter must be specified",
  failedValidation: "Parameter 'request' has failed validation.",
  emailMissing: "The email address must be supplied",
  numberMissing: "Either a mobile or a landline number must be supplied",
  masterAmongOthers: "The master customer must not be among the customers to be merged.",
  unknownMode: "The marketing communication mode is not known.",
  unreadable: "The request is invalid.",
  mediaType: "The request entity's media type is not supported for this resource.",
  tooLarge: "Maximum request length exceeded.",
  tooMany: "The account's request limit has been exceeded.",
  noRoute: "No resource was found that matches the request.",
  noMethod: "The requested resource does not support this method.",
  noMicrosite: "The restaurant was not found.",
  noCustomer: "The customer was not found.",
  internal: "An unexpected error occurred. Please contact support.",
};
