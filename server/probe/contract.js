/**
 * For the probe: `openapi.yaml` of the project, which says what dinerkit takes for the remote API. The build puts its text
 * in here; from the sources it is read from its file.
 */
/* global OPENAPI */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { TYPES } from "./shape.js";

const text =
  typeof OPENAPI === "string" ? OPENAPI : readFileSync(new URL("../../openapi.yaml", import.meta.url), "utf8");

export const contract = parse(text);

/** What a schema of the contract refers to. */
export function resolved(schema) {
  const path = schema?.$ref;
  if (path === undefined) return schema;
  const target = path
    .slice(2)
    .split("/")
    .reduce((at, name) => at[name], contract);
  // What stands beside the reference counts too.
  return { ...target, ...schema, $ref: undefined };
}

/** The types that a schema of the contract allows, null left out. */
function typesIn(schema) {
  const whole = resolved(schema);
  if (whole.anyOf && !whole.type) return whole.anyOf.flatMap(typesIn);
  const types = [whole.type ?? []].flat().filter((type) => type !== "null");
  return types.map((type) => TYPES[type]);
}

/** The members of a schema of the contract: `[{ name, types, confidence, schema }]`. */
export function membersIn(schemaName) {
  const { properties } = contract.components.schemas[schemaName];
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    types: typesIn(schema),
    confidence: schema["x-confidence"],
    schema: resolved(schema),
  }));
}
