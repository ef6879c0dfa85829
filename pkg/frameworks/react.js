"use client";
/**
 * For React pages, also rendered on a server: `<DinerForm microsite="oak-and-salt">`. Attributes, events
 * (`ondiner-created`), `ref` and children with a `slot` go to the element as they are.
 *
 * The widget builds its form into empty places that React leaves alone: React takes over HTML that it has set by
 * `dangerouslySetInnerHTML` without looking inside.
 */
import { createElement } from "react";
import "dinerkit/widget";

const place = (name) =>
  createElement("div", {
    key: `diner-${name}`,
    "data-diner-place": name,
    slot: `diner-${name}`,
    suppressHydrationWarning: true,
    dangerouslySetInnerHTML: { __html: "" },
  });

export function DinerForm({ children, ...attributes }) {
  return createElement("diner-form", attributes, place("start"), place("fields"), place("end"), children);
}
