/**
 * For the benchmarks: the rows that contenders are timed in. A row says what a contender needs, what is done with each
 * input, and what the right answers are.
 */
import { readFileSync } from "node:fs";

/** Where `bench/run.mjs` writes the inputs, so that a contender's process loads no library to make them. */
export const INPUTS = new URL("../target/bench/inputs.json", import.meta.url);

const inputs = JSON.parse(readFileSync(INPUTS, "utf8"));
const { forms, records, refusedForms, wrongForms, wrongFields, typing, phones, cutPhones, emails, wrongEmails } =
  inputs;

/** A result as it would be sent: without members that are undefined. */
const sent = (value) => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

/** The names of the fields that issues are about. Advice, which only we give, is left out. */
const fieldsOf = (issues) =>
  [
    ...new Set(
      issues.filter(({ severity = "error" }) => severity === "error").map(({ field, path }) => field ?? path.join(".")),
    ),
  ].sort();

/** What is compared of a number: all of one that exists, and of any other that it does not. */
const numberOf = (number) => (number?.type ? [number.type, number.callingCode, number.national, number.e164] : null);

const key = ([kind, { drafts, presses, expected }]) => ({
  name: `key: ${kind}`,
  needs: "open",
  inputs: presses,
  prepare({ open }) {
    const typeInto = drafts.map(open);
    return ({ draft, field, value }) => typeInto[draft](field, value);
  },
  answer: fieldsOf,
  expected,
});

const phone = (name, numbers) => ({
  name,
  needs: "parse",
  inputs: numbers,
  prepare:
    ({ parse }) =>
    ({ callingCode, typed }) =>
      parse(typed, callingCode),
  answer: numberOf,
  expected: numbers.map(({ expected }) => expected),
});

const email = (name, inputs, expected) => ({
  name,
  needs: "checkEmail",
  inputs,
  prepare: ({ checkEmail }) => checkEmail,
  answer: (email) => email ?? null,
  expected,
});

/**
 * - `needs`: the function of a contender without which it is not in the row;
 * - `inputs`: each is one operation;
 * - `prepare(contender)`: makes the function that is timed;
 * - `answer(result)`: what is compared with `expected`, one for each input;
 * - `more`: inputs that are not timed, with what is expected of them.
 */
export const ROWS = [
  {
    name: "form",
    needs: "checkForm",
    inputs: forms,
    prepare: ({ checkForm }) => checkForm,
    answer: ({ value, issues }) => (fieldsOf(issues).length ? null : sent(value)),
    expected: records,
    more: { inputs: refusedForms, expected: refusedForms.map(() => null) },
  },
  {
    name: "wrong form",
    needs: "checkForm",
    inputs: wrongForms,
    prepare: ({ checkForm }) => checkForm,
    answer: ({ issues }) => fieldsOf(issues),
    expected: wrongForms.map(() => wrongFields),
  },
  ...Object.entries(typing).map(key),
  phone("phone", phones),
  phone("cut phone", cutPhones),
  email("email", emails, emails),
  email(
    "wrong email",
    wrongEmails,
    wrongEmails.map(() => null),
  ),
];
