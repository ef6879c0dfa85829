/** Types of `dinerkit/react`: the widget as a React component, and the element's own tag in JSX. */
import type { ClassAttributes, HTMLAttributes, ReactElement, ReactNode, Ref } from "react";
import type { DinerForm as DinerFormElement, DinerFormEvents, DinerFormProperties } from "./widget.js";

/** The handlers of the element's events, as React 19 passes them on: `ondiner-created`. */
export type DinerFormHandlers = {
  [Name in keyof DinerFormEvents as `on${Name}`]?: ((event: DinerFormEvents[Name]) => void) | undefined;
};

/** The element's attributes, properties and events, and what any element takes. */
export interface DinerFormProps extends HTMLAttributes<DinerFormElement>, DinerFormProperties, DinerFormHandlers {
  /** The page's own parts of the form, each with a `slot`. */
  children?: ReactNode;
  /** The element, once it is on the page. */
  ref?: Ref<DinerFormElement>;
}

/** The widget. It may also be rendered on a server. */
export function DinerForm(props: DinerFormProps): ReactElement;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      /** The widget's form, without the places that `DinerForm` brings for servers: see docs/frameworks.md. */
      "diner-form": ClassAttributes<DinerFormElement> & DinerFormProps;
    }
  }
}
