/**
 * For the stand-in's API: reads JSON and form bodies into one object whose members have the contract's names. The schema
 * checks the values later.
 */
import { emptyBody, mediaType, unreadable } from "./problem.js";
import { resolved } from "./schema.js";

/** The decoded body of a request. `expected` is the operation's body in the contract. */
export function decode(expected, contentType, bytes) {
  const essence = (contentType ?? "").split(";")[0].trim().toLowerCase();
  if (expected.mediaTypes.includes(essence)) {
    return essence.endsWith("json") ? fromJson(bytes, expected.schema) : fromForm(bytes, expected.schema);
  }
  throw bytes.length === 0 ? emptyBody() : mediaType();
}

/** Names are compared without regard to case, and the last of two equal ones counts. */
export function fromJson(bytes, schema) {
  let value;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.trim() === "") throw emptyBody();
    value = JSON.parse(text, refuseLoneSurrogates);
  } catch (problem) {
    throw problem instanceof SyntaxError || problem instanceof TypeError ? unreadable() : problem;
  }
  if (value === null) throw emptyBody();
  return renamed(value, schema);
}

function refuseLoneSurrogates(_, value) {
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new SyntaxError();
  return value;
}

function renamed(value, schema) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([name, member]) => {
    const [known, shape] = memberOf(schema, name) ?? [];
    return known ? [known, renamed(member, shape)] : [name, member];
  });
  return Object.fromEntries(members);
}

/**
 * A form body: `Address[Town]=…`, `CustomerCodes[0]=…`. Two things are ignored, as was observed: a key that the contract
 * does not have, and text in place of an array of integers. A value of the wrong type stays text, which the schema
 * refuses.
 */
export function fromForm(bytes, schema) {
  if (bytes.length === 0) throw emptyBody();
  const value = {};
  for (const [key, text] of new URLSearchParams(new TextDecoder().decode(bytes))) {
    const [, outer, inner] = /^([^[]*)(?:\[(.*)\])?$/s.exec(key) ?? [];
    const [name, shape] = (outer !== undefined && memberOf(schema, outer)) || [];
    if (!name) continue;
    const kind = kindOf(shape);
    if (kind === "object" && inner !== undefined) {
      value[name] ??= {};
      const [member, memberShape] = memberOf(shape, inner) ?? [];
      if (member) value[name][member] = scalar(text, kindOf(memberShape));
    } else if (kind === "array" && inner !== undefined) {
      value[name] ??= [];
      if (/^\d+$/.test(inner) && isInteger(text)) value[name].push(Number(text));
    } else if (inner === undefined && kind !== "object" && kind !== "array") {
      // An empty text leaves a number or a flag unset.
      if (text !== "" || kind === "text") value[name] = scalar(text, kind);
    }
  }
  return value;
}

/** A member of the schema by its name in any case: its name and its schema. */
function memberOf(schema, name) {
  const { properties = {} } = objectOf(schema);
  return Object.entries(properties).find(([known]) => known.toLowerCase() === name.toLowerCase());
}

/** The contract writes "this or null" as `anyOf`; the first branch is the shape. Only objects have properties. */
function objectOf(schema) {
  const found = resolved(schema);
  return !found.properties && found.anyOf ? objectOf(found.anyOf[0]) : found;
}

function kindOf(schema) {
  const { properties, type = [] } = objectOf(schema);
  if (properties) return "object";
  return ["array", "integer", "boolean"].find((kind) => [type].flat().includes(kind)) ?? "text";
}

const isInteger = (text) => /^\s*[+-]?\d+\s*$/.test(text);

function scalar(text, kind) {
  if (kind === "integer" && isInteger(text)) return Number(text);
  if (kind === "boolean" && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return text;
}
