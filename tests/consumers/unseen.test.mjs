/**
 * For whoever changes what becomes of characters that can't be seen: the installed package with every one that the
 * JavaScript engine's own Unicode data names. The table in docs/fields.md has the answers.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../support/project.mjs";

const project = await Project.install();
const { checkCustomer, customerSchema } = await project.dinerkit();

const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123", Birthday: "1990-05-31" };
const SEEN_BY = { Surname: "Lee", Email: "a@b.example", Mobile: "7700900123", Birthday: "1990-05-31T00:00:00" };

/** Formats with a shape of their own, such as the sign of an Arabic year. */
const SHOWN = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
const UNSEEN = /[\p{Cf}\p{Z}\p{DI}\u2800]/u;

function* unseen() {
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const character = String.fromCodePoint(point);
    if (UNSEEN.test(character) && !SHOWN.test(character)) yield character;
  }
}

const codes = ({ issues }) => issues.map(({ code, path }) => [code, ...path].join(" "));
const named = (character) => `U+${character.codePointAt(0).toString(16)}`;

test("a character that can't be seen is no value, and is taken off around one", () => {
  let count = 0;
  for (const character of unseen()) {
    count += 1;
    const blank = Object.fromEntries(Object.keys(GUEST).map((name) => [name, character.repeat(2)]));
    assert.deepEqual(
      codes(checkCustomer(blank)),
      ["required Surname", "required Email", "phone_required Mobile"],
      named(character),
    );
    const around = Object.fromEntries(
      Object.entries(GUEST).map(([name, value]) => [name, character + value + character]),
    );
    const { issues, value } = checkCustomer(around);
    assert.deepEqual(issues, [], named(character));
    for (const [name, sent] of Object.entries(SEEN_BY)) assert.equal(value[name], sent, named(character));
  }
  assert.ok(count > 4000, `${count}`);
});

test("a text keeps what a script or a picture needs", () => {
  for (const name of [
    "می\u200cخواهم",
    "👩\u200d🍳",
    "❤\ufe0f",
    "葛\u{e0100}",
    "שלום \u2066(Ltd)\u2069 בע״מ",
    "渚\ufa46",
  ]) {
    assert.equal(checkCustomer({ ...GUEST, Surname: name }).value.Surname, name);
  }
});

test("an issue and the schema name the field and the character of a text that is refused", () => {
  const typed = { ...GUEST, Address: { Town: "a\u202eb" } };
  const [issue] = checkCustomer(typed).issues;
  assert.equal(issue.code, "control_character");
  assert.deepEqual(issue.path, ["Address", "Town"]);
  assert.deepEqual(issue.params, { character: 0x202e });
  const { issues } = customerSchema()["~standard"].validate(typed);
  assert.deepEqual(issues[0].path, ["Address", "Town"]);
});
