/// <reference lib="esnext.disposable" />
/**
 * Types of `dinerkit`, for TypeScript and for editors.
 *
 * Members of records have the vendor's names (PascalCase), so that the vendor's documentation applies to them.
 */
import type {
  AbortSignal,
  Bytes,
  FormData,
  Request,
  Response,
  URL,
  URLSearchParams,
  WebAssemblyModule,
} from "./platform.js";

/**
 * What `init` takes: the module's address, its bytes, or the module itself. Without it, each runtime finds the package's
 * own copy.
 */
export type InitInput = string | URL | Request | Response | Promise<Response> | Bytes | WebAssemblyModule;

/**
 * Loads the WebAssembly module. Call it once before the functions that need it: each of them throws or rejects with a
 * TypeError before. Later calls return the promise of the first one, whatever they give. After a failed download, call
 * it again. Rejects with a TypeError that says what was fetched and what came; the platform's error is its `cause`.
 */
export function init(input?: InitInput): Promise<void>;
export default init;

/** Which build this is, for bug reports. `npx dinerkit verify` tells whether the files are as they were built. */
export function buildInfo(): BuildInfo;

/** What a build of the package says of itself. */
export interface BuildInfo {
  /** The version of the WebAssembly module that is loaded, such as `0.1.0`. */
  version: string;
  /** The features that the WebAssembly module was built with. */
  features: string[];
  /** The full hash of the commit that the package was built from; null if it was built without git. */
  commit: string | null;
  /** Whether files differed from that commit; null if the package was built without git. */
  dirty: boolean | null;
  /** The version of google-libphonenumber whose metadata the phone rules are made from. */
  phoneMetadata: string;
}

// ---------------------------------------------------------------- records

// Made from the table of records by `cargo xtask docs`:
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
  /**
   * The time zone where the restaurant is, by its IANA name such as `Europe/London`. The rules ignore a name that the
   * platform does not know.
   */
  TimeZone?: string | null;
  /**
   * From a gateway, for guests: the nodes of each wording, as `optInNodes` makes them, by the wording's member. The
   * rules ignore it.
   */
  OptInNodes?: { [wording: string]: OptInNode[] };
  /** From a gateway, for guests: the address of the restaurant's privacy notice, from the gateway's option. */
  PrivacyNotice?: string;
  [unknown: string]: unknown;
}
// Until here.

// ---------------------------------------------------------------- rules

/** A field's name: a member of CustomerRequest, or `Address.` and the name of a part. */
export type FieldName = Exclude<keyof CustomerRequest, "Address" | "CustomerOptions"> | `Address.${keyof Address}`;

/**
 * A record as typed: the members of CustomerRequest, each a text, number or boolean as a form gives it. A member that
 * is `null`, `NaN` or absent means not given. A function, a symbol, a BigInt, a cycle, or a `Date` in a field of another
 * kind throws a TypeError; a Standard Schema has an issue at the field instead.
 *
 * Give a date as `YYYY-MM-DD`, or as a text that the guest has typed. A `Date` is an instant: which day it means depends
 * on the time zone, so that it is an issue unless the option `dates` says how it is meant. What has a `toDate()`, as in
 * dayjs and moment, is read as that Date; what else has a `toJSON()`, such as a `Temporal.PlainDate`, as that text.
 */
export type CustomerDraft = { [Name in Exclude<keyof CustomerRequest, "Address">]?: unknown } & {
  /** Postal address: its parts as typed. */
  Address?: { [Part in keyof Address]?: unknown } | null;
};

/**
 * The data of a form, in place of a draft: one text for each name, where `Address.Town` names a part. A name that comes
 * twice, or a file, throws a TypeError.
 */
export type FormEntries = FormData | URLSearchParams;

/** Something that the guest should change (`error`) or look at again (`advice`, which never blocks). */
export interface Issue {
  /** One of the codes in docs/issues.md. Codes are stable. */
  code: string;
  /** The field, as the path to its value: `["Email"]`, `["Address", "Postcode"]`. */
  path: string[];
  /**
   * The values that the message shows, such as `{ max: 100 }`. Two codes say here what was probably meant, for the guest
   * who typed it: `email_mistyped` (`suggestion`, an address) and `date_ambiguous` (`first` and `second`, days). An error
   * never has these, and no other code repeats what was typed.
   */
  params: Record<string, string | number>;
  /** An `error` blocks; `advice` never does. */
  severity: "error" | "advice";
  /** The message in English. For other languages, see `dinerkit/message`. */
  message: string;
}

/** What the rules need to know besides the draft. */
export interface CheckOptions {
  /** The restaurant's Setup: its custom fields, drinking age and opt-in texts. Default: none is known. */
  setup?: CustomerSetup | null;
  /** The guest's calendar date, `YYYY-MM-DD`. Default: the device's date. */
  today?: string;
  /**
   * The time zone of the restaurant, by its IANA name such as `Europe/London`: the drinking age counts by the day there.
   * Default: that of the Setup, if it names one. Where neither is known, a guest may say either on the day before and the
   * day of the birthday. If `today` is more than a day from the day there, it counts for both.
   */
  timeZone?: string;
  /**
   * The guest's language, as a BCP 47 tag with its country: with `en-GB`, `3/4/1990` is the 3rd of April, with `en-US` the
   * 4th of March. Default: none is known, and a date is read only if it can mean one day. So it is with `en` alone and
   * with an empty text.
   */
  locale?: string;
  /** `"local"`: a `Date` means the day that the device's time zone shows. Default: it is the issue `date_ambiguous`. */
  dates?: "local";
  /** The longest text of a field, in Unicode code points. Default: the `maxLength` of `fields()`. */
  limits?: Partial<Record<FieldName, number>>;
  /** Whether advice about phone numbers becomes an error. Default false. */
  strict?: boolean;
}

/** The result of a check. */
export interface CheckResult {
  /** The normalised request. It is complete only if no issue is an error. */
  value: CustomerRequest;
  /** The issues, in form order. */
  issues: Issue[];
}

/** Checks a whole draft. Throws a TypeError for a draft or options of another type. */
export function checkCustomer(draft: CustomerDraft | FormEntries, options?: CheckOptions): CheckResult;
/**
 * Checks one value by its field's own rule. Issues that depend on other fields, such as a missing calling code, are
 * left out. Throws a TypeError for a name that `fields()` does not list.
 */
export function checkField(name: FieldName, value: unknown, options?: CheckOptions): Issue[];

// Made from the table of types by `cargo xtask docs`:
/**
 * What a phone number is for. `fixedLineOrMobile` stands where a country does not tell the two apart, as in North
 * America.
 */
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

/**
 * Why a phone number is impossible. `unknownCallingCode` was typed with the number, but no country has it;
 * `missingCallingCode` means that none was typed, and none or a wrong one was chosen.
 */
export type PhoneReason =
  | "tooShort"
  | "tooLong"
  | "invalidLength"
  | "notANumber"
  | "letters"
  | "extension"
  | "twoNumbers"
  | "unknownCallingCode"
  | "missingCallingCode";

/** What is known of a phone number. */
export interface PhoneInspection {
  /** Whether the number exists. Without `loadPhones` never "valid": only lengths and prefixes are known then. */
  verdict: "impossible" | "possible" | "valid";
  /** Why the number is impossible; null otherwise. */
  reason: PhoneReason | null;
  /** The types of a valid number; empty otherwise. */
  types: PhoneType[];
  /** The calling code that was typed, or else the one that was chosen; 0 for none. */
  callingCode: number;
  /**
   * The national number: digits without the trunk prefix. Of a text that is refused for its extension or its second
   * number, the number before that.
   */
  national: string;
  /** The number in E.164: `+`, calling code, national number. Empty for an impossible number. */
  e164: string;
}

/** What a table's loader takes: the address of the file, a response with it, or its bytes. Default: the package's own. */
export type TableInput = string | URL | Response | Bytes;

/**
 * Loads the table of the phone numbers that exist (12 kB), once. Call it with `init`, or when a phone field is first
 * used. Without it, numbers are normalised and impossible ones are found, but no number is known to be valid or a
 * mobile. Rejects where the table can't be had, or is not of this very version; after that, call it again.
 */
export function loadPhones(input?: TableInput): Promise<void>;

/**
 * Loads the table of how phone numbers are grouped (4 kB), once. Call it with `init`, or when a phone field is first
 * used. Without it, `formatPhone` leaves every text as it is. Rejects as `loadPhones` does.
 */
export function loadPhoneFormats(input?: TableInput): Promise<void>;

/**
 * Groups a phone number while it is typed: `0491570006` becomes `0491 570 006`. The digits and a leading plus are
 * never changed; a text that is no phone number is returned as it is. `caret` (default: the end) and the `caret` of the
 * result are in UTF-16 units, as `selectionStart` is, and stand after the same digit.
 *
 * Call it while the guest types at the end of the field, and otherwise when the guest leaves the field: a separator
 * that the guest deletes in the middle would come back at once.
 */
export function formatPhone(callingCode: CallingCode, typed: string, caret?: number): FormattedPhone;

/** A phone number as it is shown while it is typed. */
export interface FormattedPhone {
  /** The text with its digits in groups. */
  text: string;
  /** Where the caret stands in it, in UTF-16 units. */
  caret: number;
}

/** Every region (ISO 3166-1 alpha-2) with its calling code; of regions that share a code, the main one first. */
export function callingCodes(): RegionCode[];

/** A region with its calling code. */
export interface RegionCode {
  /** The region, by its two letters of ISO 3166-1: `GB`. */
  region: string;
  /** Its calling code: `44`. */
  callingCode: number;
}

/**
 * A calling code: `44`, `44n`, `"+44"` or `"0044"`, or its region: `"GB"`. `null`, `undefined` or `""` where the number
 * carries its own.
 */
export type CallingCode = number | bigint | string | null | undefined;

/**
 * Reads a phone number. `typed` is the number as typed, with or without its calling code (`+44 …`). A text that is no
 * number is `impossible`.
 */
export function inspectPhone(callingCode: CallingCode, typed: string): PhoneInspection;

/** Reads an e-mail address: as it would be sent, and its issues. */
export function inspectEmail(text: string): EmailInspection;

/** What the rules make of an e-mail address. */
export interface EmailInspection {
  /**
   * The address as it would be sent: in ASCII, without what can't be seen, and without what stands around it, such as a
   * name or `mailto:`. Empty if there is an error.
   */
  email: string;
  /** What is wrong with it, or worth a look; empty if nothing. */
  issues: Issue[];
}

/**
 * Reads a calendar date as guests type it: as `YYYY-MM-DD`, or the issue of a text that is no date of the past. Throws a
 * TypeError for wrong options.
 */
export function inspectDate(text: string, options?: Pick<CheckOptions, "locale" | "today">): DateInspection;

/** What the rules make of a date: the date, or what is wrong with the text. */
export type DateInspection =
  | {
      /** The calendar date, as `YYYY-MM-DD`. */
      date: string;
      /** Never beside a date. */
      issue?: undefined;
    }
  | {
      /** What is wrong with the text. */
      issue: Issue;
      /** Never beside an issue. */
      date?: undefined;
    };

/** One row of the rule table. */
export interface FieldRow {
  /** The field's name. */
  name: FieldName;
  /** The path to its value in a record. */
  path: string[];
  /** What its value is. */
  kind: "text" | "email" | "callingCode" | "phone" | "flag" | "date" | "codes" | "ip" | "choice" | "customerType";
  /** Who may write it: `guest` (and staff), `staff`, or `gateway` (and staff). */
  writableBy: "guest" | "staff" | "gateway";
  /** When it must be given: `always`, `never`, or `oneOf` (at least one of the fields marked so). */
  required: "always" | "never" | "oneOf";
  /** The longest text, in Unicode code points; null for a kind that is not limited by its length. */
  maxLength: number | null;
  /** The earliest date that the rules accept, `YYYY-MM-DD`; null for other kinds. */
  min: string | null;
  /** The attributes of an `<input>` for it; null where it needs none. */
  html: FieldAttributes;
  /** For a phone number: the field with its calling code. */
  callingCode: FieldName | null;
  /** For a consent: the field with its opt-in text. */
  optInText: FieldName | null;
  /** For a consent: whose news it is for, the restaurant's own or its group's. */
  owner: "group" | "restaurant" | null;
  /** The Setup's member that lists the texts to choose from; null where there is no choice. */
  choices: keyof CustomerSetup | null;
  /** Whether it is a custom field, which exists only where the Setup lists it. */
  isCustom: boolean;
  /** Other fields whose issues may change when this field changes. */
  affects: FieldName[];
}

/** The attributes of an `<input>` for a field. Each is null where the field needs none. */
export interface FieldAttributes {
  /** The kind of control: `text`, `email`, `tel`, `date`, `checkbox`. */
  type: string | null;
  /** What the browser may fill in, such as `family-name`. */
  autocomplete: string | null;
  /** The keyboard of a touch screen, such as `numeric`. */
  inputmode: string | null;
}

/** A row of the rule table for one restaurant. */
export interface LabelledFieldRow extends FieldRow {
  /** What the restaurant calls its custom field: only with a Setup, and only for a custom field. */
  label?: string;
}

/**
 * The rule table, in form order. It is data and needs no `init`. With a Setup, it has only the custom fields that the
 * Setup lists, with their `Label` and `IsRequired`.
 */
export function fields(setup?: CustomerSetup | null): LabelledFieldRow[];

/** A part of an opt-in text that is safe to show: text, or an element of the allow-list. */
export type OptInNode = OptInText | OptInElement;

/** Text within an opt-in text. */
export interface OptInText {
  /** The text, to be shown as text and never as HTML. */
  text: string;
  /** Never beside text. */
  element?: undefined;
}

/** An element within an opt-in text. */
export interface OptInElement {
  /** The element's name. */
  element: "strong" | "em" | "b" | "i" | "br" | "a";
  /** Where an `a` leads: an `https:` address. */
  href?: string;
  /** What is inside the element, in order. */
  children: OptInNode[];
  /** Never beside an element. */
  text?: undefined;
}

/**
 * Reads the HTML of an opt-in text through the allow-list: strong, em, b, i, br, and a with an `https:` address. Other
 * elements are dropped; their content stays. Returns no nodes for a text that cannot be shown whole.
 */
export function optInNodes(optInText: string): OptInNode[];

/**
 * The rules as a schema for the libraries that take Standard Schema v1 (https://standardschema.dev), such as
 * react-hook-form, TanStack Form and tRPC. It is a `StandardSchemaV1<Draft, CustomerRequest>`, spelt out so that no
 * package is needed for its type.
 */
export interface CustomerSchema<Draft = CustomerDraft, Request = CustomerRequest> {
  /** What the libraries read. */
  readonly "~standard": {
    /** The version of Standard Schema. */
    readonly version: 1;
    /** Who made the schema. */
    readonly vendor: "dinerkit";
    /** The types of what goes in and what comes out, for TypeScript alone: at run time it is not there. */
    readonly types?: SchemaTypes<Draft, Request> | undefined;
    /**
     * The normalised request, or the errors; advice is left out, because it never blocks. A value that is no record
     * gives one issue with an empty path.
     */
    readonly validate: (draft: unknown) => SchemaSuccess<Request> | SchemaFailure;
  };
}

/** What goes into a schema and what comes out. */
export interface SchemaTypes<Draft, Request> {
  /** The form's values. */
  readonly input: Draft;
  /** The normalised request. */
  readonly output: Request;
}

/** A schema's result for a draft without errors. */
export interface SchemaSuccess<Request = CustomerRequest> {
  /** The normalised request. */
  readonly value: Request;
  /** Never beside a value. */
  readonly issues?: undefined;
}

/** A schema's result for a draft with errors. */
export interface SchemaFailure {
  /** The errors, in form order. */
  readonly issues: readonly Issue[];
}

/**
 * The rules as a Standard Schema, for the restaurant of a Setup or, without one, for any restaurant. Make it before or
 * after `init`, and use it after: `validate` throws a TypeError for wrong options.
 *
 * `Draft` is the type of the form's values, where that is narrower than CustomerDraft. `Request` is the type of the
 * result: TypeScript takes it from where the schema is used, as in
 * `useForm<Draft>({ resolver: standardSchemaResolver(customerSchema()) })`. A member that `Draft` requires is then
 * taken to be in the result, so mark as optional what a guest may leave out.
 */
export function customerSchema<
  Draft extends CustomerDraft = CustomerDraft,
  Request extends CustomerRequest = Draft extends CustomerRequest ? CustomerRequest & Draft : CustomerRequest,
>(setup?: CustomerSetup | null, options?: Omit<CheckOptions, "setup">): CustomerSchema<Draft, Request>;

/** What a live form begins with. */
export interface FormOptions extends CheckOptions {
  /** What was typed earlier, as `snapshot()` returned it, or the data of a form. Default: nothing. */
  draft?: CustomerDraft | FormEntries;
}

/**
 * A live form: it keeps what was typed, and after each change asks only the rules that it concerns. Call `free` (or declare it with
 * `using`) when the form is gone. Later calls throw a TypeError.
 */
export class CustomerForm {
  /**
   * Starts empty, or with a draft such as `snapshot()` returned. A consent of the draft is kept only if it was given to
   * exactly the wording that the Setup has now.
   */
  constructor(options?: FormOptions);
  /** Sets a field to what was typed. Returns the issues of that field and of the fields that it affects. */
  set(name: FieldName, value: unknown): Issue[];
  /** Sets fields that change together, such as a consent and its wording: all of them, or none if one is refused. */
  set(values: { [Name in FieldName]?: unknown }): Issue[];
  /** The value that a field was last set to, as JSON holds it; `undefined` or `null` for a field without a value. */
  get(name: FieldName): unknown;
  /** All issues, in form order, with those of the server. */
  check(): Issue[];
  /** The normalised request. Throws a ValidationError while the rules find errors; those of the server do not count. */
  request(): CustomerRequest;
  /**
   * Replaces the issues that the remote API found. Each one stays until its field is set again. They never stop
   * `request()`, because only the server can check again.
   */
  setServerIssues(issues: readonly Issue[] | ValidationError): void;
  /** What was typed, as plain data for JSON, without issues: `new CustomerForm({ setup, draft })` brings it back. */
  snapshot(): CustomerDraft;
  /** Drops what the form holds. Later calls throw a TypeError. */
  free(): void;
  /** The same as `free`, for `using form = new CustomerForm()`. */
  [Symbol.dispose](): void;
}

/** What a restaurant keeps to prove that a guest consented: see docs/consent.md. */
export interface ConsentReceipt {
  /** The field of the consent. */
  field: FieldName;
  /** The field with the wording. */
  wordingField: FieldName;
  /** The wording that was shown, exactly as the Setup gave it. May hold HTML. */
  wording: string;
  /** `sha-256:` and the digest of the wording's UTF-8 in hex; null where the platform has no `crypto.subtle`. */
  wordingHash: string | null;
  /** The language of the form, as a BCP 47 tag. */
  locale: string;
  /** When the consent was given: an instant, ISO 8601 in UTC. */
  time: string;
}

/**
 * One receipt for each consent that a request gives, in form order. It needs no `init`. Rejects with a TypeError for a
 * consent without a wording, which no request that passed the rules has.
 */
export function consentReceipts(request: CustomerRequest, options: ReceiptOptions): Promise<ConsentReceipt[]>;

/** What `consentReceipts` needs to know besides the request. */
export interface ReceiptOptions {
  /** The language of the form, as a BCP 47 tag. */
  locale: string;
  /** When the consents were given: a Date, a text that `Date` reads, or milliseconds since 1970. Default: now. */
  time?: Date | string | number;
}

// ---------------------------------------------------------------- client

/**
 * The outcome of a failed write: it was not sent, the API refused it, or it is unknown because the answer was lost or
 * unreadable.
 */
export type Outcome = "notSent" | "refused" | "unknown";

/**
 * The base of all errors of the client. None holds a token, a password or personal data, with two exceptions:
 * `unmapped` holds the API's own words, without those that repeat what was sent, and an abort's `cause` is your own
 * reason.
 */
export class CustomerApiError extends Error {
  protected constructor();
  /** The name of the class. */
  readonly name: ClientError["name"];
  /** Stable. It tells the classes apart where `instanceof` cannot: see `isCustomerApiError`. */
  readonly code: ErrorCode;
  /** What became of the write. */
  readonly outcome: Outcome;
}
/** The request breaks a rule: ours (`notSent`) or the API's (`refused`). */
export class ValidationError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "ValidationError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "validation";
  /** What is wrong, in form order: errors only. */
  readonly issues: Issue[];
  /** The API's validation errors that name no field of ours. */
  readonly unmapped: UnmappedError[];
}
/** A validation error of the API that names no field of ours. Both texts are the API's own. */
export interface UnmappedError {
  /** The member that the API names; may be empty. */
  PropertyName: string;
  /** What the API says of it. */
  ErrorMessage: string;
}
/** The API answered with a status that is an error. */
export class HttpError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "HttpError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "http";
  /** The status of the answer, such as 503. */
  readonly status: number;
}
/** The answer is HTML instead of JSON: usually the vendor has not allow-listed the caller's address. */
export class BlockedError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "BlockedError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "blocked";
  /** The status of the answer, such as 403. */
  readonly status: number;
}
/** The connection or the token function failed. The reason is not passed on, because it may hold a header. */
export class NetworkError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "NetworkError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "network";
}
/** No answer came within `timeoutMs`, or `totalTimeoutMs` is over. */
export class TimeoutError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "TimeoutError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "timeout";
}
/** The signal aborted the call. `cause` is the signal's reason. */
export class AbortError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "AbortError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "abort";
  /** The signal's reason, as you gave it. */
  readonly cause: unknown;
}
/** The answer is not what the API's contract says. */
export class ProtocolError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "ProtocolError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "protocol";
  /** The answer's status; 0 where it could not be read. */
  readonly status: number;
}

/**
 * The package itself has failed: its module has stopped in the middle of what was asked. Rules throw it too. The next
 * call gets a new module. Please report `build` and `cause`; they hold nothing of what was asked.
 */
export class InternalError extends CustomerApiError {
  /** The name of the class. */
  readonly name: "InternalError";
  /** Tells the class apart where `instanceof` cannot. */
  readonly code: "internal";
  /** What `buildInfo` says. */
  readonly build: BuildInfo;
  /** What the engine threw; undefined for a call that was under way when another question made the module fail. */
  readonly cause: unknown;
}

/** All errors of the client. `switch (error.code)` narrows the type. */
export type ClientError =
  ValidationError | HttpError | BlockedError | NetworkError | TimeoutError | AbortError | ProtocolError | InternalError;

/** What a client's error is about, as its `code`. */
export type ErrorCode = "validation" | "http" | "blocked" | "network" | "timeout" | "abort" | "protocol" | "internal";

/** True for this package's errors, also those of another realm or of another copy of the package. */
export function isCustomerApiError(value: unknown): value is ClientError;

// Made from the table of names by `cargo xtask docs`:
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
  /** In a Setup: the restaurant's name in the API's paths. Default "MicrositeName". */
  setupMicrositeName?: string;
  /** In a Setup: the restaurant's name as guests know it. Default "Name". */
  setupName?: string;
  /** In a Setup: the titles to choose from. Default "Titles". */
  setupTitles?: string;
  /** In a Setup: the custom fields. Default "CustomFields". */
  setupCustomFields?: string;
  /** In a custom field of a Setup: `Field1` to `Field5`. Default "Name". */
  customFieldName?: string;
  /** In a custom field of a Setup: what the restaurant calls it. Default "Label". */
  customFieldLabel?: string;
  /** In a custom field of a Setup: whether it must be given. Default "IsRequired". */
  customFieldIsRequired?: string;
  /** In a Setup: the wording of the consent to the group's e-mail. Default "GroupEmailMarketingOptInText". */
  setupGroupEmailText?: string;
  /** In a Setup: the wording of the consent to the group's text messages. Default "GroupSmsMarketingOptInText". */
  setupGroupSmsText?: string;
  /** In a Setup: the wording of the consent to the restaurant's e-mail. Default "RestaurantEmailMarketingOptInText". */
  setupRestaurantEmailText?: string;
  /**
   * In a Setup: the wording of the consent to the restaurant's text messages. Default
   * "RestaurantSmsMarketingOptInText".
   */
  setupRestaurantSmsText?: string;
  /** In a Setup: the age from which a guest may drink alcohol. Default "LegalDrinkingAge". */
  setupLegalDrinkingAge?: string;
  /**
   * In a Setup: the time zone where the restaurant is, by its IANA name such as `Europe/London`. Default "TimeZone".
   */
  setupTimeZone?: string;
}
// Until here.

/** The methods of a client that send requests. */
export type ClientMethod =
  "setup" | "get" | "create" | "update" | "edit" | "merge" | "unsubscribe" | "scheduleDeletion" | "raw";

/** The request that a hook is called for. */
export interface HookFacts {
  /** The client's method, or the authentication before it. */
  operation: ClientMethod | "authenticate";
  /** Which attempt at the same request, from 1. An edit sends two requests. */
  attempt: number;
}
/** What `onRequest` is told. */
export interface RequestFacts extends HookFacts {
  /** The request's HTTP method. */
  method: ReadMethod | WriteMethod;
  /** The address without its query. It holds the microsite's name and, for some operations, a customer's Id. */
  url: string;
}
/** What `onResponse` is told. */
export interface ResponseFacts extends HookFacts {
  /** The answer's status, such as 200. */
  status: number;
  /** Milliseconds from the request to the last byte of the answer. */
  ms: number;
}
/** What `onRetry` is told. */
export interface RetryFacts extends HookFacts {
  /** Milliseconds until the next attempt. */
  delayMs: number;
  /** Why there is another attempt: an answer with a status that may pass, no connection, or no answer in time. */
  reason: "http" | "network" | "timeout";
  /** The answer's status, where the reason is `http`. */
  status?: number;
}

/**
 * Hooks observe requests, and never see a header, a body or a query. A call does not wait for a hook and does not fail
 * with it: an error of a hook is reported as the platform reports errors of event listeners (`reportError`; on Node a
 * warning), as the `cause` of an Error. To change a request, give a `fetch`.
 */
export interface Hooks {
  /** Before each attempt. */
  onRequest?: ((facts: RequestFacts) => unknown) | undefined;
  /** After each complete answer, whatever its status. */
  onResponse?: ((facts: ResponseFacts) => unknown) | undefined;
  /** Before each wait for another attempt. The repeat with a new token after a 401 has no wait. */
  onRetry?: ((facts: RetryFacts) => unknown) | undefined;
}

/** What a client needs to know. An unknown option is a TypeError that names it. */
export interface ClientOptions extends Hooks {
  /** Origin and optional prefix of the remote API or of a gateway. In a page it may be relative to the page. */
  baseUrl: string | URL;
  /** The restaurant's name in the API, not percent-encoded. */
  microsite: string;
  /**
   * A bearer token, or a function that gets one: it is called once for all calls, and again after a 401. Leave it out
   * where `baseUrl` is a gateway. Default: none.
   */
  token?: string | (() => string | Promise<string>);
  /** The account's name and password, in place of `token`: for servers only. Default: none. */
  credentials?: Credentials;
  /** Which authentication call the credentials use. Default "v2". */
  authentication?: "v2" | "token";
  /** The encoding of a create and an update. Default "json". */
  encoding?: "json" | "form";
  /** How a `Date` is read in what is written: as the option of `checkCustomer`. Default: it is an issue. */
  dates?: "local";
  /** The language of the dates in what is written: as the option of `checkCustomer`. Default: none is known. */
  locale?: string;
  /** Milliseconds for one attempt. Default 30000. */
  timeoutMs?: number;
  /** Milliseconds for a call with all its attempts and waits. Default 90000. */
  totalTimeoutMs?: number;
  /** How many requests all calls of the client may send in a minute. Default 200. */
  requestsPerMinute?: number;
  /**
   * Whether the server at `baseUrl` creates only once under an `Idempotency-Key`: this package's gateway does, the
   * remote API does not. Default: true without `token` and `credentials`. Cannot be true with `credentials`.
   */
  idempotencyKeys?: boolean;
  /** Called as `fetch(request, { signal })`. Default: the platform's `fetch`, called as `fetch(url, options)`. */
  fetch?: Fetch;
  /** Names of the remote API that differ from the package's guesses. Default: see `Names`. */
  names?: Names;
}

/** An account at the remote API. */
export interface Credentials {
  /** The account's user name. */
  username: string;
  /** The account's password. */
  password: string;
}

/** A function that sends a request. The platform's own `fetch` is one. */
export type Fetch = (request: Request, init: FetchOptions) => Promise<Response>;

/** What is given to a `fetch` besides the request. */
export interface FetchOptions {
  /** Ends the request: the call was aborted, or its time is over. */
  signal: AbortSignal;
}

/** What every call takes. */
export interface CallOptions {
  /**
   * Ends the call when it is aborted: the call rejects with an AbortError, whose `outcome` says what became of a write.
   * Default: none.
   */
  signal?: AbortSignal | null | undefined;
}

/** What a create takes. */
export interface CreateOptions extends CallOptions {
  /**
   * Tells the gateway whether a create repeats an earlier one, for a day: 16 to 128 letters, digits and `-._~:+/=`.
   * Default: random for each call. To repeat a create after a reload, give a key that the page keeps (`randomKey`).
   * Only where the client's option `idempotencyKeys` is true.
   */
  idempotencyKey?: string | undefined;
}

/** A new random `idempotencyKey`. It works on a page over plain HTTP too, where there is no `crypto.randomUUID`. */
export function randomKey(): string;

/** A method that changes nothing, so that it may be repeated. */
export type ReadMethod = "GET" | "HEAD";
/** A method that may change something. It is never repeated by itself. */
export type WriteMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/** What an edit changes: `null` clears a member; a member that is left out stays as it is. */
export type CustomerPatch = {
  [Name in Exclude<keyof CustomerRequest, "CustomerOptions">]?: CustomerRequest[Name] | null;
} & {
  /** Whether the customer declined to give an e-mail address. */
  HasDeclinedEmail?: boolean | null;
};

/** What a method of `safe` resolves to. */
export type Settled<Value> = Succeeded<Value> | Failed;

/** A call that succeeded. */
export interface Succeeded<Value> {
  /** Tells the two kinds apart. */
  readonly ok: true;
  /** What the method of the same name resolves to. */
  readonly value: Value;
}

/** A call that failed. */
export interface Failed {
  /** Tells the two kinds apart. */
  readonly ok: false;
  /** What the method of the same name rejects with. */
  readonly error: ClientError;
}

/** A method that resolves to its failure. */
type Safe<Method> = Method extends (...methodArguments: infer Arguments) => Promise<infer Value>
  ? (...methodArguments: Arguments) => Promise<Settled<Value>>
  : never;

/**
 * A client's methods that resolve to an error instead of rejecting. They reject only with a TypeError, for a mistake of
 * the program.
 */
export type SafeClient = {
  // Over `keyof`, so that each method keeps its own text.
  readonly [Method in keyof CustomerClient as Extract<Method, ClientMethod>]: Safe<CustomerClient[Method]>;
};

/** What an edit takes. */
export interface EditOptions extends CallOptions {
  /** A text that is added to the customer's comments as a line of its own. Default: none. */
  appendComment?: string;
}

/** Customers that become one. */
export interface MergeRequest {
  /** Id of the customer that stays. */
  into: number;
  /** Ids of the customers that are merged away: 1 to 10. */
  from: number[];
}

/** Customers that want no more marketing. */
export interface UnsubscribeRequest {
  /** Their Ids. */
  ids: number[];
  /** From what: `Email`, `Sms`, `All`, or another value of the API's. Default: nothing is said. */
  mode?: string;
  /** IP address of the device that unsubscribes. Default: none is sent. */
  ipAddress?: string;
}

/** What became of the customers that were to be deleted. */
export interface ScheduledDeletion {
  /** Ids of those that are scheduled. */
  deleted: number[];
  /** Ids of those that are not. */
  skipped: number[];
}

/**
 * A client of the Customer API for one restaurant. Every method rejects with a `ClientError`; or with a TypeError, for
 * arguments that are no plain data and after `free`. Results hold JavaScript's numbers, so that a longer number in a
 * member that is unknown to the package is rounded. `edit` sends it back unrounded.
 */
export class CustomerClient {
  constructor(options: ClientOptions);
  /** The same methods, with failures as values. */
  readonly safe: SafeClient;
  /** What the restaurant asks of its customers. */
  setup(options?: CallOptions): Promise<CustomerSetup>;
  /** The customer with this Id. */
  get(id: number, options?: CallOptions): Promise<Customer>;
  /**
   * Checks the request with the rules, then creates the customer. A request that a CustomerForm made is not checked
   * again unless it was changed since. After an `unknown` outcome, repeat the create only under the same
   * `idempotencyKey`.
   */
  create(request: CustomerRequest, options?: CreateOptions): Promise<Customer>;
  /** Replaces the whole record: the API clears every member that is left out. */
  update(id: number, request: CustomerRequest, options?: CallOptions): Promise<Customer>;
  /**
   * Changes the members of `patch` and keeps all others, also those unknown to the package: it reads the record, lays
   * the patch over it, writes it, and compares the answer. `null` clears a member. Comments are replaced;
   * `appendComment` adds to them instead.
   */
  edit(id: number, patch: CustomerPatch, options?: EditOptions): Promise<Customer>;
  /** Merges 1 to 10 customers into one, for good. */
  merge(customers: MergeRequest, options?: CallOptions): Promise<Customer>;
  /** Unsubscribes customers from marketing. */
  unsubscribe(request: UnsubscribeRequest, options?: CallOptions): Promise<void>;
  /** Schedules customers for deletion. The API may skip some of them. */
  scheduleDeletion(ids: number[], options?: CallOptions): Promise<ScheduledDeletion>;
  /**
   * Sends any other request below `…/Restaurant/{microsite}/`, with the same token, rate limit, time-outs, size limits
   * and errors. The path is words of letters, digits, `-` and `_`, separated by single slashes; a percent-encoded
   * `?query` may follow. Only a GET or HEAD is repeated. Resolves to the answer's JSON, or to `undefined` where it has
   * none.
   */
  raw(
    ...request:
      | [method: ReadMethod, path: string, body?: null, options?: CallOptions]
      | [method: WriteMethod, path: string, body?: unknown, options?: CallOptions]
  ): Promise<unknown>;
  /** Frees what the client holds, as soon as the calls under way have ended. Later calls reject with a TypeError. */
  free(): void;
  /** The same as `free`, for `using client = new CustomerClient(…)`. */
  [Symbol.dispose](): void;
}
