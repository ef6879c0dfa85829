/** Types of `dinerkit/widget`: importing it defines `<diner-form>`. Its slots and custom properties: docs/widget.md. */
import type { ConsentReceipt, CustomerDraft, CustomerRequest, CustomerSetup, FieldName, Issue } from "./index.js";
import type { Locale } from "./locale.js";
import type { HTMLElement, HTMLFormElement } from "./platform.js";

/** Names of the element's events. */
export const EVENTS: {
  /** The form can be filled in. `detail`: {@link ReadyDetail}. */
  readonly ready: "diner-ready";
  /** The guest changed a field. `detail`: {@link ChangeDetail}. */
  readonly change: "diner-change";
  /** The rules, a field of the page or the restaurant's system refused a submit. `detail`: {@link InvalidDetail}. */
  readonly invalid: "diner-invalid";
  /**
   * The customer is about to be created. `preventDefault()` prevents it; `detail.waitUntil(promise)` holds it until the
   * promise is settled, and a rejection prevents it. `detail`: {@link SubmitDetail}.
   */
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

/**
 * The attributes of `<diner-form>`. If one changes that says what is asked for, the form is loaded again; what was typed
 * stays.
 */
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
   * The country whose calling code is selected at first: a region such as `GB`, in any case, also by another name (`uk`),
   * or the country's name in the page's language or in English. Default: the region of the browser's language.
   */
  country?: string | undefined;
  /**
   * How a date is asked for: `parts` for day, month and year as fields of their own, in the order of the language.
   * Default: the browser's own field for a date.
   */
  dates?: "parts" | undefined;
  /** The theme: `soft`, `line` or `bold`. Default: the plain one, of the page's own colours and type. */
  theme?: "soft" | "line" | "bold" | undefined;
  /** Leaves the looks to the page: the widget brings no style but what its states need. */
  unstyled?: boolean | undefined;
  /**
   * `none` keeps nothing that was typed over a reload of the page. Default: the tab keeps it for 30 minutes at most,
   * and no consent.
   */
  keep?: "none" | undefined;
  /**
   * `none` shows no thanks: the form stays as it was sent, and the page goes on by itself. Default: the thanks are
   * shown instead of the form.
   */
  thanks?: "none" | undefined;
  /**
   * Turns the form off: nothing in it can be used or sent, and a form of the page around it is sent without it. A
   * disabled `<fieldset>` around it does the same.
   */
  disabled?: boolean | undefined;
  /** The details are shown, and neither changed nor sent by the guest. `submit()` sends them. */
  readonly?: boolean | undefined;
  /** The name under which a form of the page posts the customer's Id. Default: `CustomerId`. */
  name?: string | undefined;
  /** The language, as a BCP 47 tag. Default: the `lang` of an ancestor. */
  lang?: string | undefined;
}

/** What a framework may set of `<diner-form>`: the attributes, and the properties that are no attributes. */
export interface DinerFormProperties extends DinerFormAttributes {
  /**
   * What the form holds, as typed, by the API's names. Setting it fills in the fields that it names, also before they
   * are on the page, and leaves the others; `null` or an empty text empties one. It never ticks a box: a consent is the
   * guest's own. A value equal to the one that was set last changes nothing. Names that are no field of a guest are
   * left out, and the console says which.
   */
  value?: CustomerDraft | null | undefined;
  /**
   * What a challenge, which keeps robots out, has given the page: a text, or a function that gives it or a promise of
   * it. It is asked for before each request that creates a customer, because such a text works once, and goes to the
   * gateway, whose option `admit` decides. What takes longer than 30 seconds, or fails, is not waited for: the request
   * goes without it. Default: none.
   */
  challenge?: Challenge | undefined;
  /** The attribute `readonly`. */
  readOnly?: boolean | undefined;
}

/** The text of a challenge, or what gives it; an empty one is none. */
export type Challenge = string | (() => string | null | undefined | Promise<string | null | undefined>);

/** The element `<diner-form>`: a form with the personal details of a booking. */
export interface DinerForm extends HTMLElement {
  /** The attribute `microsite`. */
  microsite: string | null;
  /** The attribute `gateway`. */
  gateway: string | null;
  /** The attribute `fields`. */
  fields: string | null;
  /** The attribute `country`. */
  country: string | null;
  /** The attribute `dates`. */
  dates: string | null;
  /** The attribute `theme`. */
  theme: string | null;
  /** The attribute `unstyled`. */
  unstyled: boolean;
  /** The attribute `keep`. */
  keep: string | null;
  /** The attribute `thanks`. */
  thanks: string | null;
  /** The attribute `disabled`. */
  disabled: boolean;
  /** The attribute `readonly`. */
  readOnly: boolean;
  /** The attribute `name`. */
  name: string | null;
  /**
   * What the form holds, as typed, by the API's names. Setting it fills in the fields that it names, also before they
   * are on the page, and leaves the others; `null` or an empty text empties one. It never ticks a box: a consent is the
   * guest's own. A value equal to the one that was set last changes nothing. Names that are no field of a guest are
   * left out, and the console says which.
   */
  value: CustomerDraft;
  /**
   * What a challenge, which keeps robots out, has given the page: a text, or a function that gives it or a promise of
   * it. It is asked for before each request that creates a customer, because such a text works once, and goes to the
   * gateway, whose option `admit` decides. What takes longer than 30 seconds, or fails, is not waited for: the request
   * goes without it. Default: none.
   */
  challenge: Challenge;
  /** The form of the page that the element takes part in; null if there is none. */
  readonly form: HTMLFormElement | null;
  /** Whether the details and the page's own fields in the form could be sent. False until the form is loaded. */
  checkValidity(): boolean;
  /**
   * The same, and if they could not be sent, it lists what is wrong, moves to the list and dispatches `diner-invalid`,
   * as a refused submit does.
   */
  reportValidity(): boolean;
  /**
   * Sends the form, as its button does. Resolves once the customer is created. Rejects with the error of `diner-error`,
   * or with a CustomerApiError: its code is `validation` if something is wrong, `abort` if the page prevented it or the
   * form is disabled. While a send is under way, and after it, it gives the result of that send.
   */
  submit(): Promise<CreatedDetail>;
  /**
   * Begins anew, for the next guest: it empties all fields and boxes, also the page's own that take part in the form,
   * leaves the thanks, and forgets what was kept and what was sent. During a send it does so after the send.
   */
  reset(): void;
}

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
  /** What is wrong, in form order. Like an error, it does not hold what was probably meant. */
  issues: Issue[];
}

/** The `detail` of `diner-submit`. */
export interface SubmitDetail {
  /** What will be sent. The page may change it, also while it holds the send. */
  request: CustomerRequest;
  /**
   * Holds the send until the promise is settled, and a rejection prevents the send. To be called before the event's
   * dispatch has ended, as with the `waitUntil` of a service worker's events.
   */
  waitUntil(promise: PromiseLike<unknown>): void;
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
  /** Whether the form could not be loaded or not be sent. A send that the page's own promise prevents is not sent either. */
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
  /** The rules, a field of the page or the restaurant's system refused a submit. */
  "diner-invalid": CustomEvent<InvalidDetail>;
  /**
   * The customer is about to be created. `preventDefault()` prevents it; `detail.waitUntil(promise)` holds it until the
   * promise is settled, and a rejection prevents it.
   */
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
