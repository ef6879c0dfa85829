/** For the stand-in's API: checks values against the schemas of the contract, of which it knows the keywords in use. */
import { jsonOf } from "../lib/plain.js";
import { SCHEMAS } from "./contract.js";

/** The schema that a reference leads to, or the schema itself. */
export const resolved = (schema) => (schema.$ref ? SCHEMAS[schema.$ref.split("/").at(-1)] : schema);

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const IS = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

/** What each keyword holds a value to; true for a value of a type that the keyword is not about. */
const HOLDS = {
  type: (types, value) => [types].flat().some((type) => IS[type](value)),
  minimum: (least, value) => !IS.number(value) || value >= least,
  maximum: (most, value) => !IS.number(value) || value <= most,
  minLength: (least, value) => !IS.string(value) || [...value].length >= least,
  pattern: (pattern, value) => !IS.string(value) || new RegExp(pattern, "u").test(value),
  minItems: (least, value) => !IS.array(value) || value.length >= least,
  maxItems: (most, value) => !IS.array(value) || value.length <= most,
  uniqueItems: (_, value) => !IS.array(value) || new Set(value.map((item) => jsonOf(item))).size === value.length,
  anyOf: (schemas, value) => schemas.some((schema) => errorsOf(schema, value).length === 0),
};

/** What is wrong with a value: pairs of the property's dotted name and a sentence, which never holds the value. */
export function errorsOf(schema, value, path = []) {
  if (schema.$ref) return errorsOf(resolved(schema), value, path);
  const errors = [];
  const report = (at, reason) => {
    const name = at.join(".") || "request";
    errors.push([name, `'${name}' ${reason}.`]);
  };
  for (const [keyword, expected] of Object.entries(schema)) {
    if (HOLDS[keyword] && !HOLDS[keyword](expected, value)) report(path, "is not valid");
  }
  if (isObject(value)) {
    for (const name of schema.required ?? []) {
      if (!Object.hasOwn(value, name)) report([...path, name], "must be specified");
    }
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      if (Object.hasOwn(value, name)) errors.push(...errorsOf(member, value[name], [...path, name]));
    }
  }
  if (Array.isArray(value) && schema.items) {
    value.forEach((item, index) => errors.push(...errorsOf(schema.items, item, [...path, index])));
  }
  return errors;
}
