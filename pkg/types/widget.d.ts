/** Types of `dinerkit/widget`: importing it defines `<diner-form>`. Its slots and custom properties: docs/widget.md. */
import type { ConsentReceipt, CustomerRequest, CustomerSetup, FieldName, Issue } from "./index.js";
import type { Locale } from "./locale.js";
import type { HTMLElement } from "./platform.js";

/** Names of the element's events. */
export const EVENTS: {
  /** The form can be filled in. `detail`: {@link ReadyDetail}. */
  readonly ready: "diner-ready";
  /** The guest changed a field. `detail`: {@link ChangeDetail}. */
  readonly change: "diner-change";
  /** The rules or the restaurant's system refused a submit. `detail`: {@link InvalidDetail}. */
  readonly invalid: "diner-invalid";
  /** The customer is about to be created; `preventDefault()` prevents it. `detail`: {@link SubmitDetail}. */
  readonly submit: "diner-submit";
  /** The customer was created. `detail`: {@link CreatedDetail}. */
  readonly created: "diner-created";
  /** The customer has what the guest had changed while the customer was created. `detail`: {@link EditedDetail}. */
  readonly edited: "diner-edited";
  /** The form could not be loaded or sent. `detail`: {@link ErrorDetail}. */
  readonly error: "diner-error";
};

/** What is asked for when the page does not say: names of fields, separated by spaces. */
export const DEFAULT_FIELDS: string;

/** What loads the words of a language: `() => import("./my/fi.js")`. */
export type LoadLocale = () => Promise<LocaleModule>;

/** A module with the words of a language. */
export interface LocaleModule {
  /** The words. */
  default: Locale;
}

/** The languages there are, by canonical BCP 47 tag, each loaded when it is needed; a page may add its own. */
export const locales: Record<string, LoadLocale>;

/** The attributes of `<diner-form>`. If one changes, the form is loaded again; what was typed stays. */
export interface DinerFormAttributes {
  /** The restaurant's microsite name. */
  microsite: string;
  /**
   * The address of the gateway, an origin with an optional path. Default: the page's own origin; for the script that a
   * gateway serves, that gateway.
   */
  gateway?: string | undefined;
  /**
   * The names of the fields to show, separated by spaces or commas. `Address` stands for its six parts; `Mobile` and
   * `Phone` bring their calling code. Default: a title, the name, an e-mail address, a mobile number, the custom fields
   * and the consents, as far as the restaurant has them (`DEFAULT_FIELDS`).
   */
  fields?: string | undefined;
  /**
   * The region whose calling code is selected at first, such as `GB`. Default: the region of the browser's language.
   */
  country?: string | undefined;
  /**
   * `none` if the tab must not keep what was typed for a reload and the Back button. Give it where guests share a device.
   * Default: it is kept for half an hour at most, without consents and the drinking age, until the thanks.
   */
  keep?: "none" | undefined;
  /** The language, as a BCP 47 tag. Default: the `lang` of an ancestor. */
  lang?: string | undefined;
}

/** The element `<diner-form>`: a form with the personal details of a booking. */
export interface DinerForm extends HTMLElement {}

/** The class of `<diner-form>`. */
export const DinerForm: {
  new (): DinerForm;
  /** What all such elements have in common. */
  prototype: DinerForm;
  /** The names of the attributes that the element follows. */
  readonly observedAttributes: readonly (keyof DinerFormAttributes)[];
  /** The same object as {@link locales}. */
  readonly locales: typeof locales;
};

/** The `detail` of `diner-ready`. */
export interface ReadyDetail {
  /** What the restaurant asks of its customers. */
  setup: CustomerSetup;
}

/** The `detail` of `diner-change`. */
export interface ChangeDetail {
  /** The field that the guest changed. */
  name: FieldName;
}

/** The `detail` of `diner-invalid`. */
export interface InvalidDetail {
  /** What is wrong, in form order. */
  issues: Issue[];
}

/** The `detail` of `diner-submit`. */
export interface SubmitDetail {
  /** What will be sent. The page may change it. */
  request: CustomerRequest;
}

/** The `detail` of `diner-created`. */
export interface CreatedDetail {
  /** The new customer's Id. */
  Id: number;
  /** One for each consent that the guest gave: see docs/consent.md. */
  receipts: ConsentReceipt[];
  /**
   * True if the guest has changed something that the restaurant does not have yet. The form then offers to send it, or
   * tells the guest to tell the restaurant.
   */
  isChanged: boolean;
}

/** The `detail` of `diner-edited`. */
export interface EditedDetail {
  /** The customer's Id, as `diner-created` had it. */
  Id: number;
  /** One for each consent that the guest gives now. They replace those of `diner-created`. */
  receipts: ConsentReceipt[];
}

/** The `detail` of `diner-error`. */
export interface ErrorDetail {
  /** What went wrong: usually a `CustomerApiError`. */
  error: unknown;
  /** Whether the form could not be loaded or not be sent. */
  during: "load" | "submit";
  /** True if the customer may have been created: nobody knows yet. Sending again makes no second one. */
  mayHaveArrived?: boolean;
}

/** The events of `<diner-form>`, by their names. All of them bubble, so that a page may listen on `document`. */
export interface DinerFormEvents {
  /** The form can be filled in. */
  "diner-ready": CustomEvent<ReadyDetail>;
  /** The guest changed a field. */
  "diner-change": CustomEvent<ChangeDetail>;
  /** The rules or the restaurant's system refused a submit. */
  "diner-invalid": CustomEvent<InvalidDetail>;
  /** The customer is about to be created; `preventDefault()` prevents it. */
  "diner-submit": CustomEvent<SubmitDetail>;
  /** The customer was created. */
  "diner-created": CustomEvent<CreatedDetail>;
  /** The customer has what the guest had changed while the customer was created. */
  "diner-edited": CustomEvent<EditedDetail>;
  /** The form could not be loaded or sent. */
  "diner-error": CustomEvent<ErrorDetail>;
}

declare global {
  // Without TypeScript's library `dom` the program has no such type.
  interface CustomEvent<T = any> {}
  interface HTMLElementTagNameMap {
    /** The widget's form: see `dinerkit/widget`. */
    "diner-form": DinerForm;
  }
  interface HTMLElementEventMap extends DinerFormEvents {}
  interface DocumentEventMap extends DinerFormEvents {}
  interface WindowEventMap extends DinerFormEvents {}
}
