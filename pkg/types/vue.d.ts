/** Types of `dinerkit/vue`: the widget as a Vue component, and the element's own tag in templates. */
import type { EmitFn, FunctionalComponent, HTMLAttributes } from "vue";
import type { DinerForm as DinerFormElement, DinerFormEvents, DinerFormProperties } from "./widget.js";

/** The element's events. In a template: `@diner-created="({ detail }) => …"`. */
export type DinerFormEmits = {
  [Name in keyof DinerFormEvents]: (event: DinerFormEvents[Name]) => void;
};

/** The element's attributes and properties, and what any element takes. */
export interface DinerFormProps extends DinerFormProperties, HTMLAttributes {}

/**
 * The widget. It may also be rendered on a server. Events are those of the element: `@diner-created`. Children go into
 * the default slot, each with a `slot` of its own.
 */
export const DinerForm: FunctionalComponent<DinerFormProps, DinerFormEmits>;

declare module "vue" {
  interface HTMLAttributes {
    /** Where the widget shows a child, such as `before`. Vue's own types do not list this attribute of HTML. */
    slot?: string;
  }
  interface GlobalComponents {
    /** The widget's form, without the places that `DinerForm` brings for servers: see docs/frameworks.md. */
    "diner-form": new () => DinerFormElement & {
      /** @deprecated For the checks of templates alone: at run time it is not there. */
      $props: DinerFormProps;
      /** @deprecated For the checks of templates alone: at run time it is not there. */
      $emit: EmitFn<DinerFormEmits>;
    };
  }
}
