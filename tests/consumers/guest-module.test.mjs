/**
 * For whoever changes the rules: the module of a guest's page has the same verdicts as the package's own. Only the
 * messages in English are missing, because a guest's page has messages of its own.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import init, {
  callingCodes,
  checkCustomer,
  fields,
  formatPhone,
  inspectPhone,
  loadPhoneFormats,
  loadPhones,
} from "dinerkit";
import { ROWS } from "../../pkg/dist/guest-data.js";
import start, { ask as askInJson, takeTables } from "../../pkg/dist/guest.js";
import { regions } from "../../www/widget/calling-codes.js";

const dist = (name) => readFileSync(new URL(`../../pkg/dist/${name}`, import.meta.url));
const tables = dist("guest.bin");

before(async () => {
  await init();
  await start(dist("guest_bg.wasm"));
});

const ask = (...question) => JSON.parse(askInJson(JSON.stringify(question)));

const GUEST = { Surname: " Lee ", Email: "a@b.example", MobileCountryCode: 44, Mobile: "07700 900123" };
/** A guest whose birthday contradicts the answer. */
const CHILD = { ...GUEST, Birthday: "2010-06-01", IsDrinkingAge: true };
const TODAY = "2026-11-22";
const SETUP = { LegalDrinkingAge: 18, CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: true }] };
const OPTIONS = [
  { today: TODAY },
  { today: TODAY, setup: SETUP },
  { today: TODAY, setup: { CustomFields: "none", LegalDrinkingAge: null }, strict: true, limits: { Surname: 2 } },
];

/** Values for every field: of the field's kind, of another kind, and of no kind. */
const VALUES = [
  ...["", " ", "Zoe\u0308", " Lee ", "Li", "\ufeff\u200bx\u00a0", "a\0b", "\ud800", "a\nb", "x".repeat(300), "\ufdfa"],
  ...[
    "a@b.example",
    " A@B\u00fccher.example\n",
    "nobody",
    "A <a@b.example>",
    "\u200bａ＠b.example\u3000",
    "a@b,example",
    "a@b.example, c@d.example",
    "zo\u00eb@b.example",
    "nobody@",
    "a@gmial.com",
    "a@yahoo.con",
    "a@localhost",
    "a@-\u00fc.com",
  ],
  ...[
    "07400 123456",
    "+33 6 12 34 56 78",
    "020 7946 0958",
    "0",
    "+",
    "+999 1",
    "07400 12345O",
    "020 7946 0958 ext. 12",
    "020 7946 0958 / 07400 123456",
    "07400 1234567",
    "*31#07400123456",
    "\u20660\ufe0f\u20e37400\u00b7123456\u2069",
    "tel:+1 (201) 555-0123",
    "\u0660\u0661\u0662",
  ],
  ...["44", "+44", "0044", "999", "true", "false", "on"],
  ...["1990-02-28", "2999-01-01", "1899-12-31", "2010-06-01T00:00:00", "1990-02-30", "1990-02-28T23:00:00Z"],
  ...["<b>yes</b>", "<b> </b>", "yes <s>no</s>", "&nbsp;", "&#x20AC;", "<!-- yes", "x".repeat(4001)],
  ...[null, true, false, 0, 44, 999, 1.5, [], [1], {}, { Id: 1, Name: "x" }],
];

/** Members that are no field. Those that could be read as one are refused. */
const OTHERS = {
  Newer: { x: [1.5] },
  surname: "x",
  "Surname[]": "x",
  "a.b": 1,
  receiveSmsMarketing: true,
  address: "x",
};

/** The answer of the package's module as the guest's gives it. */
function withoutMessages(answer) {
  for (const issue of answer.issues) delete issue.message;
  return answer;
}

/** Asserts that both modules give the same answer about a draft. */
function compare(draft, options) {
  const answer = ask("checkCustomer", draft, options);
  assert.deepEqual(answer, withoutMessages(checkCustomer(draft, options)), JSON.stringify({ draft, options }));
  return answer.issues.map(({ code }) => code);
}

let seed = 20261129;
const random = (below) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % 65_521) % below;

/** A draft of a guest's fields, a few of them with values of other fields. */
function randomDraft() {
  const paths = fields()
    .filter(({ writableBy }) => writableBy === "guest")
    .map(({ path }) => path);
  const draft = { ...[undefined, GUEST, CHILD][random(3)] };
  for (let count = random(20); count > 0; count--) {
    const [member, part] = paths[random(paths.length)];
    const value = VALUES[random(VALUES.length)];
    if (!part) draft[member] = value;
    else if (typeof (draft[member] ?? {}) === "object") draft[member] = { ...draft[member], [part]: value };
  }
  if (!random(8)) {
    const others = Object.entries(OTHERS);
    const [name, value] = others[random(others.length)];
    draft[name] = value;
  }
  if (!random(20)) draft.Address = VALUES[random(VALUES.length)];
  return draft;
}

/** Compares the answers about many drafts. Returns the codes of the issues that were met. */
function compareMany() {
  const codes = new Set();
  for (let round = 0; round < 1500; round++) {
    for (const code of compare(randomDraft(), OPTIONS[random(OPTIONS.length)])) codes.add(code);
  }
  return codes;
}

const PHONES = VALUES.filter((value) => typeof value === "string");

/** Compares the answers about each phone number, typed with each calling code. */
function comparePhones() {
  for (const code of [undefined, "", "44", "+1", "33", "7", "999"]) {
    for (const typed of PHONES) {
      const { callingCode } = inspectPhone(code, typed);
      assert.deepEqual(ask("inspectPhone", code, typed), { callingCode });
      for (const caret of [typed.length, 3]) {
        const grouped = ask("formatPhone", code, typed, caret) ?? { text: typed, caret };
        assert.deepEqual(grouped, formatPhone(code, typed, caret));
      }
    }
  }
}

test("guest's module gives the same answers as the package's, before its tables are there and after", async () => {
  const before = compareMany();
  comparePhones();
  assert.equal(takeTables(tables), true);
  await loadPhones(dist("phones.bin"));
  await loadPhoneFormats(dist("phone-formats.bin"));
  const after = compareMany();
  comparePhones();
  assert.equal(before.has("phone_unknown"), false);
  for (const code of [
    ...["required", "phone_required", "wrong_type", "too_long", "control_character", "damaged_text", "email_invalid"],
    ...["email_mistyped", "email_at_missing", "email_two_addresses", "email_letters"],
    ...["email_dotless", "email_typo", "calling_code_invalid", "calling_code_missing", "phone_impossible"],
    ...["calling_code_unknown", "phone_letters", "phone_extension", "phone_two_numbers"],
    ...["phone_too_short", "phone_too_long"],
    ...["phone_unknown", "phone_not_mobile", "date_invalid", "date_too_early", "date_in_future"],
    ...["drinking_age_contradiction", "consent_text_missing", "not_configured", "not_writable"],
  ]) {
    assert.ok(after.has(code), `no draft met ${code}`);
  }
});

test("guest's module refuses damaged tables and keeps those that it has", () => {
  // Only the table knows that this number is a landline.
  const draft = { ...GUEST, Mobile: "020 7946 0958" };
  const codes = () => ask("checkCustomer", draft, OPTIONS[0]).issues.map(({ code }) => code);
  takeTables(tables);
  const damaged = Uint8Array.from(tables, (byte, index) => (index === 5000 ? byte ^ 1 : byte));
  const damagedAtEnd = Uint8Array.from(tables, (byte, index) => (index === tables.length - 1 ? byte ^ 1 : byte));
  const page = new TextEncoder().encode("<!doctype html>".repeat(2000));
  for (const bytes of [
    new Uint8Array(),
    tables.subarray(0, 1),
    tables.subarray(0, 9000),
    damaged,
    damagedAtEnd,
    page,
  ]) {
    assert.equal(takeTables(bytes), false);
    assert.deepEqual(codes(), ["phone_not_mobile"]);
  }
});

test("guest's module answers a question that is none with null", () => {
  for (const question of [
    ...[[], ["checkCustomer"], ["checkCustomer", {}], ["checkCustomer", [], {}], ["checkCustomer", {}, null]],
    ...[
      ["checkCustomer", {}, { today: "soon" }],
      ["inspectPhone", "44"],
      ["inspectPhone", "44", 7],
    ],
    ...[
      ["formatPhone", "44", "07"],
      ["checkNothing", {}, {}],
      [7, {}, {}],
    ],
  ]) {
    assert.equal(ask(...question), null, JSON.stringify(question));
  }
});

test("guest's page has the package's regions and the rows of the fields that it draws", () => {
  assert.deepEqual(
    regions().map(({ region, code }) => ({ region, callingCode: Number(code) })),
    callingCodes(),
  );
  // A wording comes with its consent, and has no field on the page.
  const wordings = fields().map(({ optInText }) => optInText);
  const known = fields().filter(({ name, writableBy }) => writableBy === "guest" && !wordings.includes(name));
  for (const row of known) {
    delete row.maxLength;
    delete row.affects;
    // An input is a line of text without an input mode unless its row says another type.
    const { type, autocomplete } = row.html;
    row.html = { ...(type && type !== "text" && { type }), ...(autocomplete && { autocomplete }) };
  }
  assert.deepEqual(ROWS, known);
});
