/**
 * For `cargo xtask bench`: proves that all contenders give the same answers, then times them, and prints the rows as
 * one line of JSON. docs/benchmarks.md says what is compared, and why.
 */
import assert from "node:assert/strict";
import { compare, median, rivals } from "./compare.mjs";
import * as dinerkit from "./dinerkit.mjs";
import { emails, forms, phones, refusedForms } from "./inputs.mjs";
import { timeStarts } from "./start.mjs";
import * as valibot from "./valibot.mjs";
import * as zod from "./zod.mjs";

/** The contenders. dinerkit is first, as `rivals` expects. */
const CONTENDERS = { dinerkit, zod, valibot };

/** A result as it would be sent: without members that are undefined. */
const sent = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** The name of a type in libphonenumber-js. */
const theirs = (type) => type?.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** Checks that all contenders give the same answers, because only then their times can be compared. */
function checkAnswers() {
  for (const form of forms) {
    const expected = sent(dinerkit.checkForm(form));
    assert.notEqual(expected, undefined, "a form of the benchmark is refused");
    for (const { name, checkForm } of [zod, valibot]) assert.deepEqual(sent(checkForm(form)), expected, name);
  }
  for (const { callingCode, typed } of phones) {
    const { types, ...ours } = dinerkit.inspectPhone(callingCode, typed);
    const expected = [ours.verdict, theirs(types[0]), ours.callingCode, ours.national, ours.e164];
    for (const { name, inspectPhone } of [zod, valibot]) {
      const number = inspectPhone(callingCode, typed);
      assert.deepEqual([number.verdict, number.type, number.callingCode, number.national, number.e164], expected, name);
    }
  }
  for (const { name, checkForm, checkEmail } of Object.values(CONTENDERS)) {
    for (const email of emails) assert.equal(checkEmail(email), email, name);
    assert.equal(checkEmail("nobody"), undefined, name);
    for (const form of refusedForms) assert.equal(checkForm(form), undefined, name);
  }
}

const programs = (run) => Object.fromEntries(Object.entries(CONTENDERS).map(([name, module]) => [name, run(module)]));

/** A row: how many jobs each contender does in a second, and how many times faster dinerkit is than the fastest other. */
function row(name, what, target, times) {
  const perSecond = Object.fromEntries(Object.entries(times).map(([name, list]) => [name, 1e9 / median(list)]));
  return { name, what, target, perSecond, ratio: Math.min(...rivals(times)) };
}

checkAnswers();
console.log(
  JSON.stringify([
    row(
      "form",
      "a full valid form of 35 fields",
      5,
      compare(
        programs(({ checkForm }) => checkForm),
        forms,
      ),
    ),
    row(
      "phone",
      "one phone number: verdict, type, national number",
      10,
      compare(
        programs(
          ({ inspectPhone }) =>
            ({ callingCode, typed }) =>
              inspectPhone(callingCode, typed),
        ),
        phones,
      ),
    ),
    row(
      "email",
      "one valid e-mail address",
      1,
      compare(
        programs(({ checkEmail }) => checkEmail),
        emails,
      ),
    ),
    row("start", "import, set-up and first form in a fresh process", 1, timeStarts(Object.keys(CONTENDERS), forms[0])),
  ]),
);
