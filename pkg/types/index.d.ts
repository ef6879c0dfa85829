/**
 * Types of `dinerkit`, for TypeScript and for editors.
 *
 * Member names of records are the vendor's own (PascalCase), so that the vendor's page is this page too.
 */

/** What `init` takes: where the module is, or the module itself. Left out, each runtime finds its own copy. */
export type InitInput = string | URL | Request | Response | Promise<Response> | BufferSource | WebAssembly.Module;

/**
 * Loads the WebAssembly module. Call it once before anything else; further calls share the first one's
 * promise, and a failed download may be tried again.
 */
export default function init(input?: InitInput): Promise<void>;

/** Version, commit-independent facts of this build: for bug reports. */
export function buildInfo(): { version: string; features: string[] };

// ---------------------------------------------------------------- records

// Made from src/customer.rs by `cargo xtask docs`:
/** A postal address. */
export interface Address {
  /** House name or number. */
  House?: string | null;
  /** Street. */
  Street?: string | null;
  /** Town. */
  Town?: string | null;
  /** County or region. */
  CountyRegion?: string | null;
  /** Country, as free text. */
  Country?: string | null;
  /** Postal code. */
  Postcode?: string | null;
}

/** One of the restaurant's own types of customers. */
export interface CustomerType {
  /** Its Id. */
  Id: number;
  /** Its name. */
  Name: string;
}

/** One of the restaurant's codes for marking customers. */
export interface CustomerCode {
  /** Its Id, as a customer's `CustomerCodes` lists it. */
  Id: number;
  /** Its name. */
  Name: string;
}

/** A custom field that the restaurant has configured. */
export interface CustomField {
  /** `Field1` to `Field5`. */
  Name: "Field1" | "Field2" | "Field3" | "Field4" | "Field5";
  /** What the restaurant calls it. */
  Label: string;
  /** Whether it must be given. */
  IsRequired: boolean;
}

/** What the remote API should do with a request's members. */
export interface CustomerOptions {
  /**
   * True: the comments are appended to those that the record has, after a line break. False: they replace them. Left
   * out, the API appends; this package's client then sends false.
   */
  AppendComments?: boolean;
}

/** What a create or an update sends. An update clears every member that is left out. */
export interface CustomerRequest {
  /** How the customer is addressed: free text. */
  Title?: string;
  /** Given name. */
  FirstName?: string;
  /** Family name. Whether the API insists on it is not known; our rules do. */
  Surname?: string;
  /** Company. */
  Company?: string;
  /** Department in the company. */
  Department?: string;
  /** E-mail address. The API insists on it. */
  Email?: string;
  /** Calling code of the mobile number, such as 44. */
  MobileCountryCode?: number;
  /** Mobile number: the national number, without trunk prefix. The API insists on this one or a landline. */
  Mobile?: string;
  /** Calling code of the landline number. */
  PhoneCountryCode?: number;
  /** Landline number: the national number, without trunk prefix. */
  Phone?: string;
  /** Whether the customer is of special importance to the restaurant. */
  IsVip?: boolean;
  /** Consent to e-mail marketing by the group. */
  ReceiveEmailMarketing?: boolean;
  /** Consent to marketing by text message by the group. */
  ReceiveSmsMarketing?: boolean;
  /**
   * The staff's notes. The API appends them to those of the record unless `CustomerOptions` says otherwise; this
   * package's client says so unless the request does.
   */
  Comments?: string;
  /** Birthday: a calendar date, never an instant, as `YYYY-MM-DDT00:00:00`. */
  Birthday?: string;
  /** Anniversary: a calendar date, never an instant, as `YYYY-MM-DDT00:00:00`. */
  Anniversary?: string;
  /** Whether the customer is old enough to drink alcohol where the restaurant is. */
  IsDrinkingAge?: boolean;
  /** Number or name of a membership. */
  MembershipId?: string;
  /** First custom field. The API drops it where the restaurant has not configured it. */
  Field1?: string;
  /** Second custom field. */
  Field2?: string;
  /** Third custom field. */
  Field3?: string;
  /** Fourth custom field. */
  Field4?: string;
  /** Fifth custom field. */
  Field5?: string;
  /** Ids of the restaurant's codes that mark the customer. */
  CustomerCodes?: number[];
  /** IP address of the device that the record is created from: part of the proof of consent. */
  IpAddress?: string;
  /**
   * Which of the restaurant's opt-in settings applies: `Online`, `Internal` or `MarketingOptInWidget`. Not sent by
   * default.
   */
  MarketingOptInSetting?: string;
  /** The wording that the consent to the group's e-mail was given to, as the Setup gave it. */
  GroupEmailMarketingOptInText?: string;
  /** The wording that the consent to the group's text messages was given to, as the Setup gave it. */
  GroupSmsMarketingOptInText?: string;
  /** Consent to e-mail marketing by this restaurant. */
  ReceiveRestaurantEmailMarketing?: boolean;
  /** Consent to marketing by text message by this restaurant. */
  ReceiveRestaurantSmsMarketing?: boolean;
  /** The wording that the consent to the restaurant's e-mail was given to, as the Setup gave it. */
  RestaurantEmailMarketingOptInText?: string;
  /** The wording that the consent to the restaurant's text messages was given to, as the Setup gave it. */
  RestaurantSmsMarketingOptInText?: string;
  /** How strictly the API checks the request. Left out, `Normal`. */
  CustomerValidationType?: string;
  /** One of the restaurant's own types of customers. */
  CustomerType?: CustomerType | null;
  /** Postal address. */
  Address?: Address;
  /** What the API should do with members of this request. */
  CustomerOptions?: CustomerOptions;
}

/**
 * A customer, as the API returns it. Customers are shared by all restaurants of a group. Members that are not listed
 * here are kept as they came.
 */
export interface Customer {
  /** The customer's Id, unique within the group. */
  Id: number;
  /** How the customer is addressed: free text. */
  Title?: string | null;
  /** Given name. */
  FirstName?: string | null;
  /** Family name. */
  Surname?: string | null;
  /** Company. */
  Company?: string | null;
  /** Department in the company. */
  Department?: string | null;
  /** E-mail address. */
  Email?: string | null;
  /** Calling code of the mobile number, such as 44; 0 where there is no number. */
  MobileCountryCode?: number | null;
  /** Mobile number: the national number, without trunk prefix. */
  Mobile?: string | null;
  /** Calling code of the landline number; 0 where there is no number. */
  PhoneCountryCode?: number | null;
  /** Landline number: the national number, without trunk prefix. */
  Phone?: string | null;
  /** Whether the customer is of special importance to the restaurant. */
  IsVip?: boolean | null;
  /** Consent to e-mail marketing by the group. */
  ReceiveEmailMarketing?: boolean | null;
  /** Consent to marketing by text message by the group. */
  ReceiveSmsMarketing?: boolean | null;
  /** The staff's notes on the customer. Lines end in CRLF. */
  Comments?: string | null;
  /** Birthday: a calendar date, written as midnight without a zone. */
  Birthday?: string | null;
  /** Anniversary: a calendar date, written as midnight without a zone. */
  Anniversary?: string | null;
  /** Whether the customer is old enough to drink alcohol where the restaurant is. */
  IsDrinkingAge?: boolean | null;
  /** Number or name of a membership. */
  MembershipId?: string | null;
  /** First custom field, where the restaurant has configured it. */
  Field1?: string | null;
  /** Second custom field. */
  Field2?: string | null;
  /** Third custom field. */
  Field3?: string | null;
  /** Fourth custom field. */
  Field4?: string | null;
  /** Fifth custom field. */
  Field5?: string | null;
  /** Whether the customer is barred from booking. */
  IsBlocked?: boolean | null;
  /** Ids of the restaurant's codes that mark the customer. */
  CustomerCodes?: number[] | null;
  /** When the record was created: an instant, UTC where it names no zone. */
  CreatedDateTime?: string | null;
  /** The wording that the consent to the group's e-mail was given to. May hold HTML. */
  GroupEmailMarketingOptInText?: string | null;
  /** The wording that the consent to the group's text messages was given to. May hold HTML. */
  GroupSmsMarketingOptInText?: string | null;
  /** Consent to e-mail marketing by this restaurant. */
  ReceiveRestaurantEmailMarketing?: boolean | null;
  /** Consent to marketing by text message by this restaurant. */
  ReceiveRestaurantSmsMarketing?: boolean | null;
  /** The wording that the consent to the restaurant's e-mail was given to. May hold HTML. */
  RestaurantEmailMarketingOptInText?: string | null;
  /** The wording that the consent to the restaurant's text messages was given to. May hold HTML. */
  RestaurantSmsMarketingOptInText?: string | null;
  /** The customer's account on the vendor's portal. */
  PortalUserId?: number | null;
  /** Whether the customer declined to give an e-mail address. */
  HasDeclinedEmail?: boolean | null;
  /** The restaurant's rank of the customer. */
  Rank?: number | null;
  /** Postal address. */
  Address?: Address | null;
  /** One of the restaurant's own types of customers. */
  CustomerType?: CustomerType | null;
  /** From a gateway with keys, in its answer to a guest's create: the `token` of a client for this record. */
  Capability?: string;
  [unknown: string]: unknown;
}

/**
 * What a restaurant asks of its customers. Every member's name is a guess about the remote API, so that all are
 * optional. Members that are not listed here are kept as they came.
 */
export interface CustomerSetup {
  /** The restaurant's name in the API's paths. */
  MicrositeName?: string | null;
  /** The restaurant's name as guests know it. */
  Name?: string | null;
  /** Titles to choose from. A title stays free text. */
  Titles?: string[] | null;
  /** The restaurant's codes. */
  CustomerCodes?: CustomerCode[] | null;
  /** The restaurant's types of customers. */
  CustomerTypes?: CustomerType[] | null;
  /** The custom fields that exist. */
  CustomFields?: CustomField[] | null;
  /** The wording of the consent to the group's e-mail. May hold HTML: show it with `optInNodes`, send it unchanged. */
  GroupEmailMarketingOptInText?: string | null;
  /** The wording of the consent to the group's text messages. May hold HTML, as above. */
  GroupSmsMarketingOptInText?: string | null;
  /** The wording of the consent to the restaurant's e-mail. May hold HTML, as above. */
  RestaurantEmailMarketingOptInText?: string | null;
  /** The wording of the consent to the restaurant's text messages. May hold HTML, as above. */
  RestaurantSmsMarketingOptInText?: string | null;
  /** The age from which a guest may drink alcohol, in years. */
  LegalDrinkingAge?: number | null;
  [unknown: string]: unknown;
}
// Until here.

// ---------------------------------------------------------------- rules

/** A field's name: a member of CustomerRequest, or `Address.` and a part of it. */
export type FieldName = Exclude<keyof CustomerRequest, "Address" | "CustomerOptions"> | `Address.${keyof Address}`;

/**
 * A record as typed: the members of CustomerRequest, each as text, number or boolean as it comes from a form. `null`,
 * `NaN` and what is left out mean not given. A `Date`, a function, a symbol, a BigInt or a cycle is a TypeError: a date is
 * `YYYY-MM-DD`, because which day a `Date` is depends on the zone.
 */
export type CustomerDraft = { [Name in Exclude<keyof CustomerRequest, "Address">]?: unknown } & {
  Address?: { [Part in keyof Address]?: unknown } | null;
};

/** Something the guest should change (`error`) or look at again (`advice`, which never blocks). */
export interface Issue {
  /** Stable; see docs/issues.md for the catalogue. */
  code: string;
  /** Where: `["Email"]`, `["Address", "Postcode"]`. */
  path: string[];
  /** What the message needs, such as `{ max: 100 }`. Never what was typed. */
  params: Record<string, string | number>;
  severity: "error" | "advice";
  /** In English; for other languages see `dinerkit/message`. */
  message: string;
}

export interface CheckOptions {
  /** The restaurant's Setup: custom fields, drinking age, opt-in texts. */
  setup?: CustomerSetup | null;
  /** The guest's calendar date, `YYYY-MM-DD`. Default: the device's. */
  today?: string;
  /** Longest text per field, in Unicode code points, in place of the table's. */
  limits?: Partial<Record<FieldName, number>>;
  /** Advice about phone numbers becomes an error. Default false. */
  strict?: boolean;
}

export interface CheckResult {
  /** The normalised request; complete only when no issue is an error. */
  value: CustomerRequest;
  /** In form order. */
  issues: Issue[];
}

export function checkCustomer(draft: CustomerDraft, options?: CheckOptions): CheckResult;
export function checkField(name: FieldName, value: unknown, options?: CheckOptions): Issue[];

// Made from src/rules/phone/mod.rs by `cargo xtask docs`:
export type PhoneType =
  | "fixedLine"
  | "mobile"
  | "fixedLineOrMobile"
  | "premiumRate"
  | "tollFree"
  | "sharedCost"
  | "voip"
  | "personal"
  | "pager"
  | "uan"
  | "voicemail";
// Until here.

export interface PhoneInspection {
  /** Without `loadPhones`, never "valid": only lengths and prefixes are known. */
  verdict: "impossible" | "possible" | "valid";
  /** Why an impossible number is one. */
  reason: "tooShort" | "tooLong" | "invalidLength" | "notANumber" | "unknownCallingCode" | null;
  /** Empty until the number is valid. */
  types: PhoneType[];
  callingCode: number;
  /** National significant number, digits only. */
  national: string;
  /** `+` calling code, national number; empty when impossible. */
  e164: string;
}

/**
 * Loads the table of the phone numbers that exist (12 kB), once; call it with `init` or later, when a phone field is first
 * used. Without it impossible numbers are found and all numbers are normalised, but nothing is known to be valid or a
 * mobile.
 */
export function loadPhones(input?: string | URL | Response | BufferSource): Promise<void>;

/**
 * Loads how phone numbers are grouped (4 kB), once; call it with `init` or later, when a phone field is first used. Without
 * it `formatPhone` leaves every text as it is.
 */
export function loadPhoneFormats(input?: string | URL | Response | BufferSource): Promise<void>;

/**
 * Groups a phone number while it is typed: `07700900123` becomes `07700 900123`. The digits and a leading plus are
 * never changed; what is no phone number comes back as it is. `caret` and the result's are in UTF-16 units, as
 * `selectionStart` is (default: the end), and stand after the same digit.
 *
 * Call it where the caret is at the end, and for all else when the field is left: a separator that is deleted in the
 * middle would come back at once.
 */
export function formatPhone(callingCode: CallingCode, typed: string, caret?: number): { text: string; caret: number };

/** Every region (ISO 3166-1 alpha-2) with its calling code; of regions that share a code, the main one first. */
export function callingCodes(): { region: string; callingCode: number }[];

/** A calling code by itself: `44`, `44n`, `"+44"` or `"0044"`; none where the number brings its own. */
export type CallingCode = number | bigint | string | null | undefined;
/** `typed`: the number as typed, or the whole number with its +code. */
export function inspectPhone(callingCode: CallingCode, typed: string): PhoneInspection;
/** The address as it would be sent (Unicode domain in ASCII), and what is to say about it. */
export function inspectEmail(text: string): { email: string; issues: Issue[] };
export function inspectDate(text: string, options?: Pick<CheckOptions, "today">): { date: string } | { issue: Issue };

/** One row of the rule table. */
export interface FieldRow {
  name: FieldName;
  /** Where the value stands in a record. */
  path: string[];
  kind: "text" | "email" | "callingCode" | "phone" | "flag" | "date" | "codes" | "ip" | "choice" | "customerType";
  writableBy: "guest" | "staff" | "gateway";
  /** `always`, `never`, or `oneOf` (at least one of mobile and phone). */
  required: "always" | "never" | "oneOf";
  /** In Unicode code points; null where the kind has its own bound. */
  maxLength: number | null;
  /** The earliest date that the rules take, `YYYY-MM-DD`; null for all other kinds. */
  min: string | null;
  /** What an `<input>` for it should carry; null where HTML has nothing to say. */
  html: { type: string | null; autocomplete: string | null; inputmode: string | null };
  /** The field with the calling code, for the two phone numbers. */
  callingCode: FieldName | null;
  /** The field with the opt-in text, for the four consents. */
  optInText: FieldName | null;
  /** Whose news a consent is for: the restaurant's own or its group's. */
  owner: "group" | "restaurant" | null;
  /** The Setup's member that lists the texts to choose from; without it there is nothing to choose. */
  choices: keyof CustomerSetup | null;
  /** True for a restaurant's own question: it means nothing without a Setup that lists it. */
  isCustom: boolean;
  /** Other fields whose issues may change when this field changes. */
  affects: FieldName[];
}

/**
 * The rule table, in form order: data that needs no `init`. With a Setup: custom fields only where it lists them, with its
 * `Label` and `IsRequired`.
 */
export function fields(setup?: CustomerSetup | null): (FieldRow & { label?: string })[];

/** A run of an opt-in text that is safe to show: text, an element from the allow-list, or a line break. */
export type OptInNode =
  { text: string } | { element: "strong" | "em" | "b" | "i" | "br" | "a"; href?: string; children: OptInNode[] };

/** Reads an opt-in text's HTML through the allow-list (strong, em, b, i, br, a[href=https:]); all else is text or dropped. */
export function optInNodes(optInText: string): OptInNode[];

/**
 * The rules as a schema for the libraries that take Standard Schema v1 (https://standardschema.dev), such as
 * react-hook-form, TanStack Form and tRPC. It is a `StandardSchemaV1<Draft, CustomerRequest>`, spelt out so that no
 * package is needed for its type.
 */
export interface CustomerSchema<Draft = CustomerDraft> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "dinerkit";
    readonly types?: { readonly input: Draft; readonly output: CustomerRequest } | undefined;
    /**
     * The normalised request, or the errors; advice stops nothing and is left out. What is no record at all is one
     * issue with an empty path.
     */
    readonly validate: (
      draft: unknown,
    ) => { readonly value: CustomerRequest; readonly issues?: undefined } | { readonly issues: readonly Issue[] };
  };
}

/**
 * A Standard Schema of the rules, for a restaurant's Setup or, without one, for any. It may be made before `init`, and
 * used after. `Draft` is the type of the form's own values, where it is narrower than CustomerDraft.
 */
export function customerSchema<Draft extends CustomerDraft = CustomerDraft>(
  setup?: CustomerSetup | null,
  options?: Omit<CheckOptions, "setup">,
): CustomerSchema<Draft>;

/**
 * A live form: it keeps what was typed, and asks the rules once for each change. `free` it (or use `using`) when the form is
 * gone: a call after that throws a TypeError.
 */
export class CustomerForm {
  /**
   * Starts empty, or with a draft such as `snapshot()` gave. A consent of the draft counts only with the very wording
   * that the Setup has now: given to any other, it is unset.
   */
  constructor(options?: CheckOptions & { draft?: CustomerDraft });
  /** Takes what was typed; returns the issues of that field and of those it affects. */
  set(name: FieldName, value: unknown): Issue[];
  /** The same for fields that change together, such as a consent and its wording: all of them are taken, or none. */
  set(values: { [Name in FieldName]?: unknown }): Issue[];
  /** What `set` was last given, as JSON holds it; undefined or null where nothing was. */
  get(name: FieldName): unknown;
  /** All issues, in form order, the server's included. */
  check(): Issue[];
  /** The normalised request. Throws a ValidationError while there are errors by the rules: the server's do not count. */
  request(): CustomerRequest;
  /**
   * Takes what the remote API found, in place of what it found before. Each issue stays until its field is set anew. It
   * never stops `request()`, because only the server can judge again.
   */
  setServerIssues(issues: readonly Issue[] | ValidationError): void;
  /** What was typed, as plain data for JSON: `new CustomerForm({ setup, draft })` brings it back. Holds no issues. */
  snapshot(): CustomerDraft;
  free(): void;
  [Symbol.dispose](): void;
}

/** What a restaurant keeps to show that a guest agreed: docs/consent.md. */
export interface ConsentReceipt {
  /** The consent flag. */
  field: FieldName;
  /** The request's member with the wording. */
  wordingField: FieldName;
  /** The wording that was shown, exactly as the Setup gave it; may hold HTML. */
  wording: string;
  /** `sha-256:` and the hash of the wording's UTF-8 in hex; null where the platform has no `crypto.subtle`. */
  wordingHash: string | null;
  /** The language of the form, as a tag. */
  locale: string;
  /** The instant, ISO 8601 in UTC. */
  time: string;
}

/**
 * One receipt per consent that a request gives, in form order. `time` is when it was given; default now. Rejects with
 * a TypeError for a consent without wording, which no request that passed the rules has.
 */
export function consentReceipts(
  request: CustomerRequest,
  options: { locale: string; time?: Date | string | number },
): Promise<ConsentReceipt[]>;

// ---------------------------------------------------------------- client

/** What became of a write: never sent; refused by the API; or unknown, because the reply was lost or unreadable. */
export type Outcome = "notSent" | "refused" | "unknown";

/**
 * What all failures of the client have. None holds a token, a password or personal data, but for the API's own words in
 * `unmapped`, without those that repeat what was sent, and an abort's `cause`, which is your own.
 */
export class CustomerApiError extends Error {
  protected constructor();
  readonly name: ClientError["name"];
  /** Stable, and tells the classes apart where `instanceof` can't: see `isCustomerApiError`. */
  readonly code: ErrorCode;
  readonly outcome: Outcome;
}
/** A rule is broken: ours (`notSent`) or the API's (`refused`). */
export class ValidationError extends CustomerApiError {
  readonly name: "ValidationError";
  readonly code: "validation";
  readonly issues: Issue[];
  /** The API's own validation errors that name no field of ours. */
  readonly unmapped: { PropertyName: string; ErrorMessage: string }[];
}
/** The API said no. */
export class HttpError extends CustomerApiError {
  readonly name: "HttpError";
  readonly code: "http";
  readonly status: number;
}
/** HTML instead of JSON: usually an address that the vendor has not allow-listed. */
export class BlockedError extends CustomerApiError {
  readonly name: "BlockedError";
  readonly code: "blocked";
  readonly status: number;
}
/** The connection failed, or the token function did. Why is not passed on: it may hold a header. */
export class NetworkError extends CustomerApiError {
  readonly name: "NetworkError";
  readonly code: "network";
}
/** No answer within `timeoutMs`, or no time left of `totalTimeoutMs`. */
export class TimeoutError extends CustomerApiError {
  readonly name: "TimeoutError";
  readonly code: "timeout";
}
/** The signal said stop. `cause` is its reason, as it was given. */
export class AbortError extends CustomerApiError {
  readonly name: "AbortError";
  readonly code: "abort";
  readonly cause: unknown;
}
/** An answer that is not what the contract says. */
export class ProtocolError extends CustomerApiError {
  readonly name: "ProtocolError";
  readonly code: "protocol";
  /** 0 where the answer was not read so far. */
  readonly status: number;
}

/** Each failure of the client: `switch (error.code)` narrows it. */
export type ClientError =
  ValidationError | HttpError | BlockedError | NetworkError | TimeoutError | AbortError | ProtocolError;

export type ErrorCode = "validation" | "http" | "blocked" | "network" | "timeout" | "abort" | "protocol";

/** True for this package's errors, also from another realm or another copy of the package. */
export function isCustomerApiError(value: unknown): value is ClientError;

// Made from src/names.rs by `cargo xtask docs`:
/** Names that are guesses about the remote API. Override one here, without a new release. */
export interface Names {
  /** Method of the merge. Default "POST". */
  mergeMethod?: "POST" | "PUT";
  /** Path of the merge, below the restaurant's own. Default "Customers/Merge". */
  mergePath?: string;
  /** In a merge: Id of the customer that the others are merged into. Default "MasterCustomerId". */
  masterCustomerId?: string;
  /** In a merge: Ids of the customers that are merged away. Default "CustomerIds". */
  customerIdsToMerge?: string;
  /**
   * Path of the unsubscription, below the restaurant's own (observed in public code). Default "Customers/Unsubscribe".
   */
  unsubscribePath?: string;
  /**
   * Path of the scheduled deletion, below the restaurant's own (observed in public code). Default
   * "Customers/MarkForDeletion".
   */
  markForDeletionPath?: string;
  /** In an unsubscription and a deletion: Ids of the customers. Default "CustomerIds". */
  customerIds?: string;
  /** In an unsubscription: IP address of the device that unsubscribes (observed on bookings). Default "IpAddress". */
  ipAddress?: string;
  /** In an unsubscription: what is unsubscribed from: `Email`, `Sms` or `All`. Default "MarketingCommunicationMode". */
  marketingCommunicationMode?: string;
  /** In a deletion's answer: Ids of the customers that are scheduled. Default "DeletedCustomerIds". */
  deletedCustomerIds?: string;
  /** In a deletion's answer: Ids of the customers that are not. Default "SkippedCustomerIds". */
  skippedCustomerIds?: string;
  /** In a customer: whether the customer declined to give an e-mail address. Default "HasDeclinedEmail". */
  hasDeclinedEmail?: string;
}
// Until here.

/** The methods of a client that ask the API. */
export type ClientMethod = keyof SafeClient;

/** Of which request a hook is told. */
export interface HookFacts {
  /** The client's method, or the authentication that it needed first. */
  operation: ClientMethod | "authenticate";
  /** Of the same request, from 1. An edit sends two requests. */
  attempt: number;
}
export interface RequestFacts extends HookFacts {
  method: ReadMethod | WriteMethod;
  /** Without its query. Holds the microsite's name and, in some, a customer's Id. */
  url: string;
}
export interface ResponseFacts extends HookFacts {
  status: number;
  /** From the request to the last byte of the answer. */
  ms: number;
}
export interface RetryFacts extends HookFacts {
  /** Until the next attempt. */
  delayMs: number;
  reason: "http" | "network" | "timeout";
  /** With the reason `http`. */
  status?: number;
}

/**
 * Look on, and are never given a header, a body or a query. A call neither waits for a hook nor fails with it: what one
 * throws or rejects with is reported as the platform reports errors of event listeners (`reportError`; on Node a warning),
 * as the `cause` of an Error. To change a request, give a `fetch`.
 */
export interface Hooks {
  /** Before each attempt. */
  onRequest?: ((facts: RequestFacts) => unknown) | undefined;
  /** After each answer that came whole, whatever it says. */
  onResponse?: ((facts: ResponseFacts) => unknown) | undefined;
  /** Before each wait for another attempt. A replay with a new token is none. */
  onRetry?: ((facts: RetryFacts) => unknown) | undefined;
}

export interface ClientOptions extends Hooks {
  /** Origin and optional prefix of the remote API or of a gateway. In a page, relative to it. */
  baseUrl: string | URL;
  /** The restaurant's name in the API, not encoded. */
  microsite: string;
  /** A bearer token, or a function that gets one: asked once for all calls, and again after a 401. Left out against a gateway. */
  token?: string | (() => string | Promise<string>);
  /** In place of `token`. */
  credentials?: { username: string; password: string };
  /** Which authentication call the credentials use. Default "v2". */
  authentication?: "v2" | "token";
  /** Default "json"; "form" sends create and update in the form encoding. */
  encoding?: "json" | "form";
  /** Milliseconds for one attempt. Default 30000. */
  timeoutMs?: number;
  /** Milliseconds for a call with all its attempts and waits. Default 90000. */
  totalTimeoutMs?: number;
  /** The account's budget, which all calls of the client share. Default 200. */
  requestsPerMinute?: number;
  /**
   * Whether the server at `baseUrl` creates once and once only under an `Idempotency-Key`: this package's gateway does,
   * the remote API does not. Default: true without `token` and `credentials`. Not to be had with `credentials`.
   */
  idempotencyKeys?: boolean;
  /** Called as `fetch(request, { signal })`. Default: the platform's. */
  fetch?: (request: Request, init: { signal: AbortSignal }) => Promise<Response>;
  /** Default: the names at `Names`. */
  names?: Names;
}

export interface CallOptions {
  signal?: AbortSignal | null | undefined;
}

export interface CreateOptions extends CallOptions {
  /**
   * What lets the gateway tell a repeated create from a new one, for a day: 16 to 128 letters, digits and `-._~:+/=`.
   * Default: random for each call. Give one of your own (`randomKey`) that the page keeps to repeat a create after a
   * reload. Only where the client's option `idempotencyKeys` holds.
   */
  idempotencyKey?: string | undefined;
}

/** A new `idempotencyKey`; on a page that came over plain HTTP too, where there is no `crypto.randomUUID`. */
export function randomKey(): string;

export type ReadMethod = "GET" | "HEAD";
export type WriteMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/** What an edit changes: null clears a member, and what is left out stays. */
export type CustomerPatch = {
  [Name in Exclude<keyof CustomerRequest, "CustomerOptions">]?: CustomerRequest[Name] | null;
} & { HasDeclinedEmail?: boolean | null };

/** What a method of `safe` resolves to. */
export type Settled<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: ClientError };

type Safe<Method> = Method extends (...methodArguments: infer Arguments) => Promise<infer Value>
  ? (...methodArguments: Arguments) => Promise<Settled<Value>>
  : never;

/** The result-style twins of a client's methods. They reject with a TypeError only: a mistake of the program. */
export type SafeClient = {
  readonly [Method in Exclude<keyof CustomerClient, "safe" | "free" | typeof Symbol.dispose>]: Safe<
    CustomerClient[Method]
  >;
};

/**
 * Every method rejects with a `ClientError`, or with a TypeError for what is no plain data or once the client is freed.
 * Numbers are JavaScript's: members unknown to the package that it can't hold come rounded, though `edit` carries them
 * back to the digit.
 */
export class CustomerClient {
  constructor(options: ClientOptions);
  /** The same methods, with failures as values. */
  readonly safe: SafeClient;
  setup(options?: CallOptions): Promise<CustomerSetup>;
  get(id: number, options?: CallOptions): Promise<Customer>;
  /**
   * Checks the request with the rules, then creates; what a CustomerForm has made and nobody has changed since is not
   * checked twice. An `unknown` outcome must not be repeated blindly, unless under the same `idempotencyKey`.
   */
  create(request: CustomerRequest, options?: CreateOptions): Promise<Customer>;
  /** The vendor's whole-record replace: what is left out is cleared. */
  update(id: number, request: CustomerRequest, options?: CallOptions): Promise<Customer>;
  /**
   * Changes the members of `patch` and keeps everything else, unknown members included: reads, overlays, writes,
   * checks the echo. `null` clears a member. Comments are replaced, unless `appendComment` adds to them.
   */
  edit(id: number, patch: CustomerPatch, options?: CallOptions & { appendComment?: string }): Promise<Customer>;
  /** Merges 1 to 10 customers into one, for good. */
  merge(customers: { into: number; from: number[] }, options?: CallOptions): Promise<Customer>;
  /** Takes customers off the marketing lists. `mode`: from what; such as `Email`, `Sms` or `All`, open to others. */
  unsubscribe(request: { ids: number[]; mode?: string; ipAddress?: string }, options?: CallOptions): Promise<void>;
  /** Schedules, does not delete at once; part of the ids may be skipped. */
  scheduleDeletion(ids: number[], options?: CallOptions): Promise<{ deleted: number[]; skipped: number[] }>;
  /**
   * Any other request below `…/Restaurant/{microsite}/`, with the same token, budget, time-outs, bounds and errors. The
   * path is words of letters, digits, `-` and `_`, parted by single slashes; a percent-encoded `?query` may follow.
   * Repeated only where it reads. Gives the answer's JSON, or undefined where there is none.
   */
  raw(
    ...request:
      | [method: ReadMethod, path: string, body?: null, options?: CallOptions]
      | [method: WriteMethod, path: string, body?: unknown, options?: CallOptions]
  ): Promise<unknown>;
  free(): void;
  [Symbol.dispose](): void;
}
