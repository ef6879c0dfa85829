/** Types of `dinerkit/svelte`: the places of the widget's form, for `<diner-form><DinerPlaces /> … </diner-form>`. */
import type { Component } from "svelte";
import type { HTMLAttributes } from "svelte/elements";
import type { DinerForm, DinerFormEvents, DinerFormProperties } from "./widget.js";

/** The places that the widget builds its form into. Svelte leaves them alone, also if a server has rendered the page. */
export const DinerPlaces: Component;

/** The handlers of the element's events: `ondiner-created`. */
export type DinerFormHandlers = {
  [Name in keyof DinerFormEvents as `on${Name}`]?: ((event: DinerFormEvents[Name]) => void) | undefined;
};

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    /** The widget's form: see docs/frameworks.md. */
    "diner-form": HTMLAttributes<DinerForm> & DinerFormProperties & DinerFormHandlers;
  }
}
