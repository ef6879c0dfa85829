/**
 * For `cargo xtask bench`: ajv, compiled to code beforehand, as its documentation advises (`compile-ajv.mjs`). One
 * validator ends at the first error; the one that finds all errors is asked for those of a form that was refused.
 */
import * as compiled from "../../target/bench/ajv-compiled.mjs";
import { parse } from "../numbers/libphonenumber-js.mjs";
import { finish, liveForm, refusal, tidy, tidyField, withOthers, writeDates } from "../rules.mjs";

/** One issue for each field, as the others give. */
function issuesOf(errors) {
  const issues = new Map();
  for (const { instancePath, params, message } of errors) {
    const path = params.missingProperty ? `${instancePath}/${params.missingProperty}` : instancePath;
    const field = path.slice(1).replaceAll("/", ".");
    if (!issues.has(field)) issues.set(field, { field, message });
  }
  return [...issues.values()];
}

export const name = "ajv";
export const packages = ["ajv", "ajv-formats", "libphonenumber-js"];

/** Checks a form: `value` is the normalised form if there are no `issues`, which are `{ field, message }`. */
export function checkForm(draft) {
  const value = tidy(draft);
  if (!compiled.form(value)) {
    compiled.formWithAll(value);
    return { issues: withOthers(value, issuesOf(compiled.formWithAll.errors), parse) };
  }
  const issues = [];
  finish(value, parse, (field) => issues.push(refusal(field)));
  writeDates(value);
  return { value, issues };
}

/** The live form: see `liveForm`. */
export const open = (draft) =>
  liveForm(
    draft,
    (field, typed) => {
      const value = tidyField(field, typed);
      const validate = compiled[field];
      if (value === undefined ? field !== "Surname" : validate(value)) return [];
      return [{ field, message: value === undefined ? "is required" : validate.errors[0].message }];
    },
    parse,
  );

/** The e-mail address, or undefined if it is refused. */
export const checkEmail = (typed) => (compiled.Email(typed) ? typed : undefined);
