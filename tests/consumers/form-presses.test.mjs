/**
 * For developers of a live form of their own: after each change a CustomerForm judges what depends on it, and says the same
 * as a check of the whole draft.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import init, { checkCustomer, CustomerForm, fields, loadPhones, ValidationError } from "dinerkit";
import { wholeDice } from "../support/dice.mjs";

before(() => init());

const ROWS = fields();
const WORDING = "Hear from <strong>us</strong>";
const GUEST = { Surname: "Lee", Email: "a@b.example", MobileCountryCode: 44, Mobile: "07400 123456" };
const SETUP = { LegalDrinkingAge: 18, CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: true }] };
const OPTIONS = [
  {},
  { strict: true, today: "2026-11-22" },
  { setup: SETUP, strict: true, today: "2026-11-22", dates: "local" },
  { setup: SETUP, timeZone: "Pacific/Auckland", locale: "de" },
  { limits: { FirstName: 3, Email: 9, GroupSmsMarketingOptInText: 4 }, today: "2026-11-22" },
];
/** Values for every field: of the field's kind, of another kind, and of no kind. */
const VALUES = [
  ...["", " ", "Zoe\u0308", " Lee ", "Li", "佐藤", "a@b.example", "A@B\u00fccher.example", "nobody", "ann@gmial.com"],
  ...[
    "ann@localhost",
    "ann@example,com",
    "07400 123456",
    "+33 6 12 34 56 78",
    "020 7946 0958",
    "0740",
    "+999 1",
    "call",
  ],
  ...["1", "44", "39", "999", "x", "true", "on", "false", "1990-02-28", "2020-01-01", "2999-01-01", "3/4/1990", "soon"],
  ...["192.0.2.1", WORDING, "<b> </b>", "a\0b", "\ud800", "a\nb", "\u200b", "x".repeat(300), "\u00e9".repeat(4100)],
  ...[null, undefined, true, false, 0, -0, 44, 33, 999, 1.5, NaN, 1e21, [], [1], [1, 1], ["7"], {}],
  ...[{ Id: 1, Name: "x" }, { Id: 0 }, Object("Lee"), new Date(1990, 1, 28), new Date(NaN)],
];
/** Members of a draft that are no fields. */
const OTHERS = [
  { Newer: { x: 1.5 } },
  { surname: "Li" },
  { "Mobile[]": "1" },
  { Address: "Bath" },
  { Address: null },
  { Address: { Floor: 3 } },
  { address: { Town: "Bath" } },
  { CustomerOptions: { AppendComments: true } },
];

const nameOf = ({ path }) => path.join(".");

/** The issues of a check in the order of a form's. */
function inFormOrder(issues) {
  const names = ROWS.map(({ name }) => name);
  const position = (issue) => (names.indexOf(nameOf(issue)) + names.length + 1) % (names.length + 1);
  return issues.toSorted((a, b) => position(a) - position(b));
}

/** Holds what a form says to a check of its draft. `set` are the names that were set last, `said` what `set` returned. */
function assertLikeWhole(form, options, set, said, what) {
  const draft = form.snapshot();
  const { value, issues } = checkCustomer(draft, options);
  const expected = inFormOrder(issues);
  const affected = ROWS.filter(({ name }) => set.includes(name)).flatMap(({ name, affects }) => [name, ...affects]);
  assert.deepEqual(
    said,
    expected.filter((issue) => affected.includes(nameOf(issue))),
    what,
  );
  assert.deepEqual(form.check(), expected, what);
  if (issues.some(({ severity }) => severity === "error")) assert.throws(() => form.request(), ValidationError, what);
  else assert.deepEqual(form.request(), value, what);
}

/** Types at random into forms of random drafts. Returns how many changes were made. */
function type(seeds, isRequestedAt) {
  let changes = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = wholeDice(seed);
    const pick = (list) => list[random(list.length)];
    const options = pick(OPTIONS);
    const draft = { ...(random(3) && GUEST), ...(random(4) ? {} : pick(OTHERS)) };
    const form = new CustomerForm({ draft, ...options });
    // Most presses of a guest are in few fields, so that these meet.
    const own = Array.from({ length: 6 }, () => pick(ROWS).name);
    const names = [...own, ...own.flatMap((name) => ROWS.find((row) => row.name === name).affects)];
    for (let step = 0; step < 20; step++) {
      const count = random(8) ? 1 : random(4);
      const changed = Object.fromEntries(Array.from({ length: count }, () => [pick(names), pick(VALUES)]));
      const set = Object.keys(changed);
      const before = form.snapshot();
      let said;
      try {
        said = count === 1 ? form.set(set[0], changed[set[0]]) : form.set(changed);
      } catch (error) {
        // A Date is refused in a field of another kind.
        assert.ok(error instanceof TypeError && Object.values(changed).some((value) => value instanceof Date), error);
        assert.deepEqual(form.snapshot(), before);
        continue;
      }
      changes++;
      if (isRequestedAt(random)) assertLikeWhole(form, options, set, said, `seed ${seed}, step ${step}: ${set}`);
    }
    form.free();
  }
  return changes;
}

test("after each change the form says what a check of the whole draft says", async () => {
  assert.ok(type(300, () => true) > 5000);
  // Where the request is made now and then, many changes lie between two whole checks.
  type(200, (random) => random(6) === 0);
  await loadPhones();
  assert.ok(type(300, () => true) > 5000);
});
