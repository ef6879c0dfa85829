/**
 * For the probe: what may be kept of an answer. A body becomes its shape at once: names of members, types, and a few kinds
 * of text that tell what a member is for. No value is in a shape, so that none can reach the report. Pure.
 */

/** Deeper members, and more of them, say nothing about names. */
const DEPTH = 4;
const MOST_MEMBERS = 200;
const MOST_ITEMS = 50;

/** The types in a shape, by their names in a specification. */
export const TYPES = {
  string: "text",
  integer: "integer",
  number: "number",
  boolean: "flag",
  array: "list",
  object: "object",
};

/** Kinds of text that tell what a member is for, whatever it is called. */
const KINDS = {
  fieldName: (text) => /^Field[1-5]$/.test(text),
  zone: (text) =>
    /^(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Za-z_/+-]+$/.test(text),
  microsite: (text, microsite) => microsite !== undefined && text.toLowerCase() === microsite.toLowerCase(),
};

/** The shape of nothing yet: `types` and `kinds` are sets; `members` is a map, `items` the shape of a list's items. */
const empty = () => ({ types: new Set(), kinds: new Set(), members: undefined, items: undefined });

/** The shape of a value of JSON. `microsite` is the restaurant that was asked for. */
export function shapeOf(value, microsite, depth = 0) {
  const shape = empty();
  shape.types.add(typeOf(value));
  if (typeof value === "string") {
    for (const [kind, is] of Object.entries(KINDS)) if (is(value, microsite)) shape.kinds.add(kind);
  }
  if (depth === DEPTH) return shape;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MOST_ITEMS)) {
      const below = shapeOf(item, microsite, depth + 1);
      shape.items = shape.items ? joined(shape.items, below) : below;
    }
    if ([...(shape.items?.members?.values() ?? [])].some(({ kinds }) => kinds.has("fieldName")))
      shape.kinds.add("fields");
  } else if (shape.types.has("object")) {
    const members = Object.entries(value).slice(0, MOST_MEMBERS);
    shape.members = new Map(members.map(([name, member]) => [name, shapeOf(member, microsite, depth + 1)]));
  }
  return shape;
}

function typeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return { string: "text", boolean: "flag", object: "object" }[typeof value];
}

/** The shape of what has one shape here and another there. */
export function joined(one, other) {
  const both = { types: new Set([...one.types, ...other.types]), kinds: new Set([...one.kinds, ...other.kinds]) };
  const items = one.items && other.items ? joined(one.items, other.items) : (one.items ?? other.items);
  if (!one.members || !other.members) return { ...both, items, members: one.members ?? other.members };
  const members = new Map(one.members);
  for (const [name, shape] of other.members) {
    const known = members.get(name);
    members.set(name, known ? joined(known, shape) : shape);
  }
  return { ...both, items, members };
}

/** True if a member of this shape can be what has one of these types. Null fits every type. */
export function fits(shape, types) {
  const told = [...shape.types].filter((type) => type !== "null");
  return told.every((type) => types.includes(type) || (type === "integer" && types.includes("number")));
}

/** The types of a shape, in words. */
export const typesOf = (shape) => [...shape.types].sort().join(" or ");

const NAME = /^[A-Za-z_][A-Za-z\d_]{0,59}$/;
const DIGITS = /\d{5}/;

const MOST_NAMES = 20;

/** Names for the report; those that could be values are counted only. */
export function listed(names) {
  const shown = names.map(shownName).filter((name) => name !== undefined);
  const more = names.length - Math.min(shown.length, MOST_NAMES);
  const tail = more > 0 ? [`${more} that are not shown`] : [];
  return [...shown.sort().slice(0, MOST_NAMES), ...tail].join(", ");
}

/**
 * A name that an answer has, as the report shows it; undefined for one that could be a value, such as a number, an address
 * or a text. An API's own members are words without spaces.
 */
export const shownName = (name) => (NAME.test(name) && !DIGITS.test(name) ? name : undefined);
