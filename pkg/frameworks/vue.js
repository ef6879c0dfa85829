/**
 * For Vue pages, also rendered on a server: `<DinerForm microsite="oak-and-salt">`. Attributes, events
 * (`@diner-created`) and the default slot's children with a `slot` go to the element as they are.
 *
 * The widget builds its form into empty places that Vue leaves alone: Vue does not look into an element for which it has
 * no children.
 */
import { h } from "vue";
import "dinerkit/widget";

const place = (name) => h("div", { "data-diner-place": name, slot: `diner-${name}` });

export const DinerForm = (attributes, { slots }) =>
  h("diner-form", attributes, [place("start"), place("fields"), place("end"), slots.default?.()]);
DinerForm.displayName = "DinerForm";
