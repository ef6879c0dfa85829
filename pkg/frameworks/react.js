"use client";
/**
 * For React pages, also rendered on a server: `<DinerForm microsite="oak-and-salt">`. Attributes, events
 * (`ondiner-created`), `ref` and children with a `slot` go to the element as they are.
 *
 * The widget builds its form into empty places that React leaves alone: React takes over HTML that it has set by
 * `dangerouslySetInnerHTML` without looking inside.
 */
import { createElement, useEffect, useImperativeHandle, useRef } from "react";
import "dinerkit/widget";

const place = (name) =>
  createElement("div", {
    key: `diner-${name}`,
    "data-diner-place": name,
    slot: `diner-${name}`,
    suppressHydrationWarning: true,
    dangerouslySetInnerHTML: { __html: "" },
  });

export function DinerForm({ children, value, challenge, ref, ...attributes }) {
  const own = useRef(null);
  useImperativeHandle(ref, () => own.current, []);
  // React itself sets no object and no function at an element that a server has rendered.
  useEffect(() => {
    if (value !== undefined) own.current.value = value;
  }, [value]);
  useEffect(() => {
    if (challenge !== undefined) own.current.challenge = challenge;
  }, [challenge]);
  const places = [place("start"), place("fields"), place("end")];
  return createElement("diner-form", { ...attributes, ref: own }, ...places, children);
}
