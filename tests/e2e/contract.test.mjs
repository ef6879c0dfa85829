/** For whoever changes the widget: its opening comment is its contract with pages, and must not fall behind the code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { DinerForm } from "../../pkg/dist/widget.js";
import { EVENTS } from "../../www/widget/events.js";
import { SLOTS, THANKS } from "../../www/widget/slots.js";

const read = (path) => readFileSync(new URL(`../../www/widget/${path}`, import.meta.url), "utf8");
const source = read("diner-form.js");
const comment = source.slice(0, source.indexOf("*/"));
const section = (title) => comment.split(` * ${title}`)[1].split(/\n \*\n/)[0];
const listed = (text) => [...text.matchAll(/^ \* - `([^`]+)`/gm)].map(([, name]) => name).sort();

describe("the widget's comment", () => {
  it("names every attribute that the widget reads", () => {
    assert.deepEqual(listed(section("Attributes")), [...DinerForm.observedAttributes].sort());
  });

  it("names every event", () => {
    assert.deepEqual(listed(section("Events")), Object.values(EVENTS).sort());
  });

  it("names every slot", () => {
    const named = [...section("Slots").matchAll(/^ \* - ([^:]+):/gm)].flatMap(([, names]) => names.split(", "));
    const ofPages = [...SLOTS, THANKS].filter((name) => name && !name.startsWith("diner-"));
    assert.deepEqual(named.sort(), ofPages.map((name) => `\`${name}\``).sort());
  });

  it("names every custom property", () => {
    const properties = (text) => [...new Set([...text.matchAll(/--diner-[a-z-]+/g)].map(([name]) => name))].sort();
    assert.deepEqual(properties(section("Custom properties")), properties(read("diner-form.css")));
  });
});
