/** Types of `dinerkit/vue`: the widget as a Vue component. */
import type { FunctionalComponent } from "vue";
import type { DinerFormAttributes } from "./widget.js";

/** Events are those of the element: `@diner-created`. Children go into the default slot. */
export const DinerForm: FunctionalComponent<DinerFormAttributes>;
