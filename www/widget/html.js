/**
 * For the gateway's pages: an `element` as in dom.js that makes HTML text. Its nodes have the members of a browser's
 * node that field.js and layout.js use. All text is escaped, so that no text can become markup.
 */
import { filled } from "./dom.js";

const EMPTY = ["br", "hr", "input", "meta"];
/** Elements whose text is not escaped in HTML. Only the page's own text may stand in them. */
const RAW = ["style"];
const NAME = /^[a-z][a-z0-9-]*$/;

const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export function element(tag, attributes, ...children) {
  return filled(new Markup(tag), attributes, children);
}

class Markup {
  #attributes = new Map();
  /** A browser says here whether the value fits the control. Empty, because no browser has checked the value. */
  validity = {};

  constructor(tag) {
    this.tag = named(tag);
    this.childNodes = [];
  }

  setAttribute(name, value) {
    this.#attributes.set(named(name), String(value));
  }

  append(...children) {
    this.childNodes.push(...children);
  }

  replaceChildren(...children) {
    this.childNodes = children;
  }

  get id() {
    return this.#attributes.get("id");
  }

  get firstChild() {
    return this.childNodes[0];
  }

  get textContent() {
    return this.childNodes.map((child) => (child instanceof Markup ? child.textContent : child)).join("");
  }

  set textContent(text) {
    this.childNodes = text === "" ? [] : [text];
  }

  /** The options of a list. */
  get options() {
    return this.childNodes.filter(({ tag }) => tag === "option");
  }

  get checked() {
    return this.#attributes.has("checked");
  }

  set checked(isChecked) {
    this.#mark("checked", isChecked);
  }

  /** The value that a form would post for the control. */
  get value() {
    if (this.tag === "select") return (this.#selected() ?? this.firstChild).value;
    return this.#attributes.get("value") ?? (this.tag === "option" ? this.textContent : "");
  }

  set value(value) {
    if (this.tag === "select") this.#select(value);
    else this.setAttribute("value", value);
  }

  #select(value) {
    const chosen = this.childNodes.find((option) => option.value === value);
    for (const option of this.childNodes) option.#mark("selected", option === chosen);
  }

  #selected() {
    return this.childNodes.find((option) => option.#attributes.has("selected"));
  }

  #mark(name, isMarked) {
    if (isMarked) this.#attributes.set(name, "");
    else this.#attributes.delete(name);
  }

  toString() {
    const attributes = [...this.#attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
    const start = `<${this.tag}${attributes}>`;
    if (EMPTY.includes(this.tag)) return start;
    const isRaw = RAW.includes(this.tag);
    const children = this.childNodes.map((child) => (child instanceof Markup || isRaw ? child : escaped(child)));
    return `${start}${children.join("")}</${this.tag}>`;
  }
}

function named(name) {
  if (NAME.test(name)) return name;
  throw new TypeError("elements and attributes have names in lower case");
}
