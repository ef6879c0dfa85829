/** Types of `dinerkit/react`: the widget as a React component. */
import type { ReactElement, ReactNode, Ref } from "react";
import type { DinerFormAttributes, DinerFormEvents } from "./widget.js";

/** The element's attributes, its events as React 19 passes them on (`ondiner-created`), and what any element takes. */
export type DinerFormProps = DinerFormAttributes & {
  [Name in keyof DinerFormEvents as `on${Name}`]?: (event: DinerFormEvents[Name]) => void;
} & { children?: ReactNode; ref?: Ref<HTMLElement>; className?: string; id?: string };

export function DinerForm(props: DinerFormProps): ReactElement;
