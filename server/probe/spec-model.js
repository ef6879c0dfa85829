/**
 * For the probe: what the vendor's specification says, in the terms of the other decisions: operations with the shapes of their
 * requests and answers. References are followed within the file alone, and not for ever. Pure.
 */
import { TYPES } from "./shape.js";
import { isTable, own } from "./spec-file.js";

const METHODS = ["get", "put", "post", "delete", "patch"];
const DEPTH = 6;
const MOST_STEPS = 20;
const MOST_OPERATIONS = 5000;
/** A schema that is used often is walked through again each time: so many steps are enough for any real one. */
const MOST_SCHEMAS = 3000;

/** The operations of documents: `[{ method, path, words, request, answer, refusal }]`. The last three return shapes, or undefined. */
export function operationsIn(documents) {
  const operations = [];
  for (const document of documents) {
    const reader = new Reader(document, documents);
    for (const [path, item] of Object.entries(isTable(own(document, "paths")) ? document.paths : {})) {
      const whole = reader.resolved(item);
      for (const method of METHODS) {
        const operation = own(whole, method);
        if (!isTable(operation) || operations.length >= MOST_OPERATIONS) continue;
        operations.push({ method: method.toUpperCase(), path, ...reader.operation(operation) });
      }
    }
  }
  return operations;
}

class Reader {
  #left = 0;

  constructor(document, documents) {
    this.documents = [document, ...documents.filter((other) => other !== document)];
  }

  /** What a value refers to, within the file. */
  resolved(value) {
    let at = value;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const path = own(at, "$ref");
      if (typeof path !== "string") return at;
      if (!path.startsWith("#/")) return undefined;
      const names = path.slice(2).split("/").map(unescaped);
      const targets = this.documents.map((document) => names.reduce(own, document));
      at = targets.find((target) => target !== undefined);
    }
    return undefined;
  }

  operation(operation) {
    const words = ["operationId", "summary", "description"].map((name) => own(operation, name));
    const responses = own(operation, "responses");
    const answer = ["200", "201", "2XX", "default"].map((status) => own(responses, status)).find(isTable);
    // Only of few operations the shapes are asked for.
    return {
      words: words.filter((text) => typeof text === "string").join(" "),
      request: () => this.#shapeOf(this.#bodyOf(operation)),
      answer: () => this.#shapeOf(this.#contentOf(this.resolved(answer))),
      refusal: () => this.#shapeOf(this.#contentOf(this.resolved(own(responses, "401")))),
    };
  }

  #bodyOf(operation) {
    const parameters = own(operation, "parameters");
    const list = Array.isArray(parameters) ? parameters.map((one) => this.resolved(one)) : [];
    const body = list.find((one) => own(one, "in") === "body");
    return body ? own(body, "schema") : this.#contentOf(this.resolved(own(operation, "requestBody")));
  }

  /** The schema of a body: the one for JSON, else the first. */
  #contentOf(holder) {
    const content = own(holder, "content");
    if (!isTable(content)) return own(holder, "schema");
    const types = Object.keys(content);
    return own(own(content, types.find((type) => /json/i.test(type)) ?? types[0]), "schema");
  }

  /** The shape of a schema; undefined for none. */
  #shapeOf(schema) {
    this.#left = MOST_SCHEMAS;
    return this.#shape(schema, 0);
  }

  #shape(given, depth) {
    const schema = this.resolved(given);
    if (!isTable(schema) || depth > DEPTH || this.#left === 0) return undefined;
    this.#left -= 1;
    const shape = {
      types: new Set(this.#types(schema)),
      kinds: new Set(),
      members: undefined,
      items: undefined,
      isOfSpec: true,
    };
    // What stands beside a reference counts too.
    const said = (name) => own(given, name) ?? own(schema, name);
    shape.about = typeof said("description") === "string" ? said("description").slice(0, 500) : "";
    shape.values = valuesIn(schema);
    shape.required = listIn(own(schema, "required")).filter((name) => typeof name === "string");
    for (const name of ["minLength", "maxLength", "minItems", "maxItems"]) {
      if (Number.isInteger(said(name))) shape[name] = said(name);
    }
    if (isTable(own(schema, "properties"))) {
      const members = Object.entries(schema.properties).map(([name, member]) => [name, this.#shape(member, depth + 1)]);
      shape.members = new Map(members.filter(([, member]) => member !== undefined));
      shape.types.add("object");
    }
    if (own(schema, "items") !== undefined) shape.items = this.#shape(schema.items, depth + 1);
    for (const part of listIn(own(schema, "allOf"))) absorb(shape, this.#shape(part, depth + 1));
    // What one of several holds is not needed.
    for (const part of ["anyOf", "oneOf"].flatMap((name) => listIn(own(schema, name)))) {
      absorb(shape, { ...this.#shape(part, depth + 1), required: [] });
    }
    if (shape.types.has("list") && fieldNamesIn(shape.items)) shape.kinds.add("fields");
    return shape;
  }

  #types(schema) {
    const types = [own(schema, "type") ?? []].flat().map((type) => (type === "null" ? "null" : own(TYPES, type)));
    return types.filter((type) => type !== undefined);
  }
}

/** Adds what a part of a schema says. */
function absorb(shape, part) {
  if (!part?.types) return;
  for (const type of part.types) shape.types.add(type);
  if (part.members) shape.members = new Map([...(shape.members ?? []), ...part.members]);
  shape.items ??= part.items;
  shape.values ??= part.values;
  shape.required = [...new Set([...shape.required, ...part.required])];
  for (const name of ["minLength", "maxLength", "minItems", "maxItems"]) shape[name] ??= part[name];
  if (shape.about === "") shape.about = part.about;
}

const listIn = (value) => (Array.isArray(value) ? value.slice(0, 100) : []);

/** The values of an enumeration, by their names where they are numbers; undefined for none. */
function valuesIn(schema) {
  const values = listIn(own(schema, "enum")).filter((value) => value !== null);
  if (values.length === 0) return undefined;
  const names = listIn(own(schema, "x-enumNames") ?? own(schema, "x-enum-varnames"));
  return names.length === values.length ? names.map(String) : values.map(String);
}

/** Whether the items of a list are custom fields: one of their members is `Field1` to `Field5`. */
function fieldNamesIn(items) {
  return [...(items?.members?.values() ?? [])].some(({ values }) => values?.includes("Field1"));
}

const unescaped = (name) => {
  try {
    return decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return name;
  }
};
