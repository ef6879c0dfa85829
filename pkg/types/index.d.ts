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

export interface Address {
  House?: string | null;
  Street?: string | null;
  Town?: string | null;
  CountyRegion?: string | null;
  Country?: string | null;
  Postcode?: string | null;
}

export interface CustomerType {
  Id: number;
  Name: string;
}

/** What a create or an update sends. A member left out of an update is cleared by the remote API. */
export interface CustomerRequest {
  Title?: string;
  FirstName?: string;
  Surname?: string;
  Company?: string;
  Department?: string;
  Email?: string;
  /** Calling code as an integer, such as 44. */
  MobileCountryCode?: number;
  /** National significant number: digits without the trunk prefix. */
  Mobile?: string;
  PhoneCountryCode?: number;
  Phone?: string;
  IsVip?: boolean;
  ReceiveEmailMarketing?: boolean;
  ReceiveSmsMarketing?: boolean;
  Comments?: string;
  /** `YYYY-MM-DDT00:00:00`: a calendar date, never an instant. */
  Birthday?: string;
  Anniversary?: string;
  IsDrinkingAge?: boolean;
  MembershipId?: string;
  Field1?: string;
  Field2?: string;
  Field3?: string;
  Field4?: string;
  Field5?: string;
  CustomerCodes?: number[];
  GroupEmailMarketingOptInText?: string;
  GroupSmsMarketingOptInText?: string;
  ReceiveRestaurantEmailMarketing?: boolean;
  ReceiveRestaurantSmsMarketing?: boolean;
  RestaurantEmailMarketingOptInText?: string;
  RestaurantSmsMarketingOptInText?: string;
  Address?: Address;
  IpAddress?: string;
  MarketingOptInSetting?: string;
  CustomerValidationType?: string;
  CustomerType?: CustomerType | null;
  CustomerOptions?: { AppendComments?: boolean };
}

/** A customer as the remote API returns it. Members that are not listed here are kept as they came. */
export interface Customer {
  Id: number;
  /** From a gateway with keys, in its answer to a guest's create: the `token` of a client for this record. */
  Capability?: string;
  Title?: string | null;
  FirstName?: string | null;
  Surname?: string | null;
  Company?: string | null;
  Department?: string | null;
  Email?: string | null;
  MobileCountryCode?: number | null;
  Mobile?: string | null;
  PhoneCountryCode?: number | null;
  Phone?: string | null;
  IsVip?: boolean | null;
  ReceiveEmailMarketing?: boolean | null;
  ReceiveSmsMarketing?: boolean | null;
  Comments?: string | null;
  Birthday?: string | null;
  Anniversary?: string | null;
  IsDrinkingAge?: boolean | null;
  MembershipId?: string | null;
  Field1?: string | null;
  Field2?: string | null;
  Field3?: string | null;
  Field4?: string | null;
  Field5?: string | null;
  IsBlocked?: boolean | null;
  CustomerCodes?: number[] | null;
  CreatedDateTime?: string | null;
  GroupEmailMarketingOptInText?: string | null;
  GroupSmsMarketingOptInText?: string | null;
  ReceiveRestaurantEmailMarketing?: boolean | null;
  ReceiveRestaurantSmsMarketing?: boolean | null;
  RestaurantEmailMarketingOptInText?: string | null;
  RestaurantSmsMarketingOptInText?: string | null;
  PortalUserId?: number | null;
  HasDeclinedEmail?: boolean | null;
  Rank?: number | null;
  Address?: Address | null;
  CustomerType?: CustomerType | null;
  [unknown: string]: unknown;
}

/** What a restaurant asks of its customers. Every member is a guess about the remote API, so all are optional. */
export interface CustomerSetup {
  MicrositeName?: string | null;
  Name?: string | null;
  Titles?: string[] | null;
  CustomerCodes?: { Id: number; Name: string }[] | null;
  CustomerTypes?: { Id: number; Name: string }[] | null;
  CustomFields?:
    { Name: "Field1" | "Field2" | "Field3" | "Field4" | "Field5"; Label: string; IsRequired: boolean }[] | null;
  /** May hold HTML: show it with `optInNodes`, send it back unchanged. */
  GroupEmailMarketingOptInText?: string | null;
  GroupSmsMarketingOptInText?: string | null;
  RestaurantEmailMarketingOptInText?: string | null;
  RestaurantSmsMarketingOptInText?: string | null;
  LegalDrinkingAge?: number | null;
  [unknown: string]: unknown;
}

// ---------------------------------------------------------------- rules

/** A field's name: a member of CustomerRequest, or `Address.` and a part of it. */
export type FieldName = Exclude<keyof CustomerRequest, "Address" | "CustomerOptions"> | `Address.${keyof Address}`;

/** A record as typed: the members of CustomerRequest, each as text, number or boolean as it comes from a form. */
export type CustomerDraft = { [Name in keyof CustomerRequest]?: unknown };

/** Something the guest should change (`error`) or look at again (`advice`, which never blocks). */
export interface Issue {
  /** Stable; see docs/issues.md for the catalogue. */
  code: string;
  /** Where: `["Email"]`, `["Address", "Postcode"]`. */
  path: string[];
  /** What the message needs, such as `{ max: 100 }`. Never what was typed. */
  params: Record<string, string | number>;
  severity: "error" | "advice";
  /** In English; other languages come from the locale files by `code` and `params`. */
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

export type PhoneType =
  | "fixedLine"
  | "mobile"
  | "fixedLineOrMobile"
  | "tollFree"
  | "premiumRate"
  | "sharedCost"
  | "voip"
  | "personal"
  | "pager"
  | "uan"
  | "voicemail";

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
 * Loads the table of the phone numbers that exist (12 kB), once; call it when a phone field is first used. Without it
 * impossible numbers are found and all numbers are normalised, but nothing is known to be valid or a mobile.
 */
export function loadPhones(input?: string | URL | Response | BufferSource): Promise<void>;

/** Every region (ISO 3166-1 alpha-2) with its calling code; of regions that share a code, the main one first. */
export function callingCodes(): { region: string; callingCode: number }[];

/** `callingCode`: `44`, `"+44"` or `"0044"`; `typed`: the number as typed, or the whole number with its +code. */
export function inspectPhone(callingCode: number | string | null | undefined, typed: string): PhoneInspection;
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
  /** What an `<input>` for it should carry; null where HTML has nothing to say. */
  html: { type: string | null; autocomplete: string | null; inputmode: string | null };
  /** The consent flag's opt-in text field, for the four flags. */
  optInText: FieldName | null;
}

/** The rule table, in form order. With a Setup: custom fields only where it lists them, with its `IsRequired`. */
export function fields(setup?: CustomerSetup | null): (FieldRow & { label?: string })[];

/** A run of an opt-in text that is safe to show: text, an element from the allow-list, or a line break. */
export type OptInNode =
  { text: string } | { element: "strong" | "em" | "b" | "i" | "br" | "a"; href?: string; children: OptInNode[] };

/** Reads an opt-in text's HTML through the allow-list (strong, em, b, i, br, a[href=https:]); all else is text or dropped. */
export function optInNodes(optInText: string): OptInNode[];

/** State of a live form. Free it (or use `using`) when the form is gone. */
export class CustomerForm {
  constructor(options?: CheckOptions & { draft?: CustomerDraft });
  /** Takes what was typed; returns the issues of that field and of those it affects. */
  set(name: FieldName, value: unknown): Issue[];
  /** What `set` was last given, or undefined. */
  get(name: FieldName): unknown;
  /** All issues, in form order. */
  check(): Issue[];
  /** The normalised request. Throws a ValidationError while there are errors. */
  request(): CustomerRequest;
  free(): void;
  [Symbol.dispose](): void;
}

// ---------------------------------------------------------------- client

export type ErrorCode = "validation" | "http" | "blocked" | "network" | "timeout" | "abort" | "protocol";

/** What became of a write: never sent; refused by the API; or unknown, because the reply was lost or unreadable. */
export type Outcome = "notSent" | "refused" | "unknown";

/** Any failure of the client. Never holds a token, a password or personal data. */
export class CustomerApiError extends Error {
  readonly name: string;
  readonly code: ErrorCode;
  readonly outcome: Outcome;
}
export class ValidationError extends CustomerApiError {
  readonly code: "validation";
  readonly issues: Issue[];
  /** The API's own validation errors that name no field of ours. */
  readonly unmapped: { PropertyName: string; ErrorMessage: string }[];
}
export class HttpError extends CustomerApiError {
  readonly code: "http";
  readonly status: number;
}
/** HTML instead of JSON: usually an address that the vendor has not allow-listed. */
export class BlockedError extends CustomerApiError {
  readonly code: "blocked";
  readonly status: number;
}
export class NetworkError extends CustomerApiError {
  readonly code: "network";
}
export class TimeoutError extends CustomerApiError {
  readonly code: "timeout";
}
export class AbortError extends CustomerApiError {
  readonly code: "abort";
}
/** An answer that is not what the contract says. */
export class ProtocolError extends CustomerApiError {
  readonly code: "protocol";
  readonly status: number;
}
/** True for this package's errors, also from another realm or another copy of the package. */
export function isCustomerApiError(value: unknown): value is CustomerApiError;

/** Names that are guesses about the remote API. Override one here, without a new release. */
export interface Names {
  mergeMethod?: string;
  mergePath?: string;
  masterCustomerId?: string;
  customerIdsToMerge?: string;
  unsubscribePath?: string;
  markForDeletionPath?: string;
  customerIds?: string;
  ipAddress?: string;
  marketingCommunicationMode?: string;
  deletedCustomerIds?: string;
  skippedCustomerIds?: string;
  hasDeclinedEmail?: string;
}

export interface ClientOptions {
  /** Origin and optional prefix of the remote API or of a gateway. */
  baseUrl: string | URL;
  microsite: string;
  /** A bearer token, or a function that gets one. Left out against a gateway. */
  token?: string | (() => string | Promise<string>);
  credentials?: { username: string; password: string };
  /** Which authentication call the credentials use. Default "v2". */
  authentication?: "v2" | "token";
  /** Default "json"; "form" sends create and update in the form encoding. */
  encoding?: "json" | "form";
  /** Milliseconds for one attempt. Default 30000. */
  timeoutMs?: number;
  /** Milliseconds for a call with all its attempts and waits. Default 90000. */
  totalTimeoutMs?: number;
  /** The account's budget. Default 200. */
  requestsPerMinute?: number;
  /** Default: the platform's `fetch`. */
  fetch?: typeof globalThis.fetch;
  names?: Names;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export class CustomerClient {
  constructor(options: ClientOptions);
  setup(options?: CallOptions): Promise<CustomerSetup>;
  get(id: number, options?: CallOptions): Promise<Customer>;
  /** Checks the request with the rules, then creates. Not idempotent: an `unknown` outcome must not be repeated blindly. */
  create(request: CustomerRequest, options?: CallOptions): Promise<Customer>;
  /** The vendor's whole-record replace: what is left out is cleared. */
  update(id: number, request: CustomerRequest, options?: CallOptions): Promise<Customer>;
  /**
   * Changes the members of `patch` and keeps everything else, unknown members included: reads, overlays, writes,
   * checks the echo. `null` clears a member. Comments are replaced, unless `appendComment` adds to them.
   */
  edit(
    id: number,
    patch: Partial<CustomerRequest>,
    options?: CallOptions & { appendComment?: string },
  ): Promise<Customer>;
  merge(customers: { into: number; from: number[] }, options?: CallOptions): Promise<Customer>;
  unsubscribe(request: { ids: number[]; mode?: string; ipAddress?: string }, options?: CallOptions): Promise<void>;
  /** Schedules, does not delete at once; part of the ids may be skipped. */
  scheduleDeletion(ids: number[], options?: CallOptions): Promise<{ deleted: number[]; skipped: number[] }>;
  free(): void;
  [Symbol.dispose](): void;
}
