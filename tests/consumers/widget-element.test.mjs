/**
 * For whoever changes the element: pkg/custom-elements.json, from which editors, types and docs/widget.md have what they
 * say of `<diner-form>`, describes the element as it is. typescript.test.mjs compares the words with those of the types.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { DinerForm } from "../../pkg/dist/widget.js";
import { EVENTS } from "../../www/widget/events.js";
import { SLOTS, THANKS } from "../../www/widget/slots.js";

const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const { modules } = JSON.parse(await read("pkg/custom-elements.json"));
const [element] = modules[0].declarations;
const names = (list) => list.map(({ name }) => name).sort();

/** What the platform calls, and no page. */
const CALLBACKS = /Callback$|^constructor$/;
/** A method of the element that a page's own text or function takes the place of. */
const REPLACED = ["challenge"];
/** What every element has. */
const INHERITED = ["lang"];

describe("the description of <diner-form>", () => {
  it("has the attributes that the element follows, each with its property", () => {
    assert.deepEqual(names(element.attributes), [...DinerForm.observedAttributes].sort());
    for (const { name, fieldName, type } of element.attributes) {
      const property = element.members.find((member) => member.name === fieldName);
      assert.equal(property?.attribute, name);
      assert.equal(property.type.text === "boolean", type.text === "boolean", name);
    }
  });

  it("has the properties and methods that the element has", () => {
    const own = Object.getOwnPropertyNames(DinerForm.prototype).filter((name) => !CALLBACKS.test(name));
    // Without a DOM the class inherits nothing, so that it has these itself.
    assert.deepEqual(names(element.members), [...new Set([...own, ...INHERITED])].sort());
    for (const { name, kind, readonly } of element.members.filter(({ name }) => !INHERITED.includes(name))) {
      const { get, set, value, writable } = Object.getOwnPropertyDescriptor(DinerForm.prototype, name);
      if (REPLACED.includes(name)) {
        assert.deepEqual([kind, typeof value, writable], ["field", "function", true], name);
        continue;
      }
      assert.equal(kind === "method" ? typeof value : typeof get, "function", name);
      assert.equal(kind === "field" && !readonly, Boolean(set), name);
    }
  });

  it("has the events that the element dispatches, and no other", async () => {
    assert.deepEqual(names(element.events), Object.values(EVENTS).sort());
    for (const { name, type } of element.events) assert.match(type.text, /^CustomEvent<\w+Detail>$/, name);
  });

  it("has the slots of pages, and the custom properties of the style", async () => {
    const ofPages = [...SLOTS, THANKS].filter((name) => !name.startsWith("diner-"));
    assert.deepEqual(names(element.slots), ofPages.sort());
    const style = await read("www/widget/diner-form.css");
    const properties = new Set([...style.matchAll(/--diner-[a-z-]+/g)].map(([name]) => name));
    assert.deepEqual(names(element.cssProperties), [...properties].sort());
  });
});
