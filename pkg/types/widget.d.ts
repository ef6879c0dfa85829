/** Types of `dinerkit/widget`: importing it defines `<diner-form>`. Its attributes, slots and properties: docs/widget.md. */
import type { ConsentReceipt, CustomerRequest, CustomerSetup, FieldName, Issue } from "./index.js";
import type { Locale } from "./locale.js";

/** Names of the element's events. */
export const EVENTS: {
  readonly ready: "diner-ready";
  readonly change: "diner-change";
  readonly invalid: "diner-invalid";
  readonly submit: "diner-submit";
  readonly created: "diner-created";
  readonly error: "diner-error";
};

/** What is asked for when the page does not say. */
export const DEFAULT_FIELDS: string;

/** The languages there are, by canonical BCP 47 tag, each loaded when it is needed; a page may add its own. */
export const locales: Record<string, () => Promise<{ default: Locale }>>;

/** The attributes of `<diner-form>`. */
export interface DinerFormAttributes {
  /** The restaurant's microsite name. */
  microsite: string;
  /**
   * The address of the gateway, an origin with an optional path.
   * @default the page's own origin
   */
  gateway?: string;
  /**
   * The names of the fields to show, separated by spaces or commas.
   * @default {@link DEFAULT_FIELDS}
   */
  fields?: string;
  /**
   * The region whose calling code is selected at first, such as `GB`.
   * @default the region of the browser's language
   */
  country?: string;
  /** The language, as a BCP 47 tag. An ancestor's `lang` does as well. */
  lang?: string;
}

/** The class of `<diner-form>`. */
export const DinerForm: {
  new (): HTMLElement;
  readonly observedAttributes: readonly string[];
  /** The same object as {@link locales}. */
  readonly locales: typeof locales;
};

export interface DinerFormEvents {
  "diner-ready": CustomEvent<{ setup: CustomerSetup }>;
  "diner-change": CustomEvent<{ name: FieldName }>;
  "diner-invalid": CustomEvent<{ issues: Issue[] }>;
  "diner-submit": CustomEvent<{ request: CustomerRequest }>;
  "diner-created": CustomEvent<{ Id: number; receipts: ConsentReceipt[] }>;
  "diner-error": CustomEvent<{ error: unknown; during: "load" | "submit" }>;
}

declare global {
  interface HTMLElementEventMap extends DinerFormEvents {}
}
