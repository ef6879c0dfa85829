/** For whoever gives records to the rules: plain records take a short cut into the module that changes no answer. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { before, test } from "node:test";
import init, { checkCustomer, checkField, fields, inspectEmail, inspectPhone, loadPhones } from "dinerkit";
import { jsonOf } from "../../pkg/lib/plain.js";
import { wholeDice } from "../support/dice.mjs";

before(() => init());

/** Checks a record as JSON: a record without a prototype does not take the short cut. */
const asJson = (draft, options) => checkCustomer(Object.assign(Object.create(null), draft), options);

const GUEST = { Surname: " Lee ", Email: "a@b.example", MobileCountryCode: 44, Mobile: "07700 900123" };
const SETUP = { LegalDrinkingAge: 18, CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: true }] };

test("plain record gets the same answer through the short cut as through JSON", () => {
  for (const more of [
    {},
    { Birthday: "1990-02-28", IsDrinkingAge: true, Field1: "No nuts" },
    { Company: "", Title: null, FirstName: undefined },
    { Surname: "a\0b" },
    { Surname: "\ud800" },
    { Surname: 7 },
    { Surname: NaN },
    { Surname: Object("Lee") },
    { Address: {} },
    { Address: null },
    { Address: "Bath" },
    { Address: { Town: " Bath ", House: "", Floor: 3 } },
    { Address: { Town: " ", House: null } },
    { "Address.Town": "Bath" },
    { Newer: { x: [1.5] }, CustomerOptions: { AppendComments: true } },
    { CustomerCodes: ["7", 8], CustomerType: { Id: 1, Name: "Press" } },
    { MobileCountryCode: "44", Mobile: "+33 6 12 34 56 78", IsVip: "on" },
    { MobileCountryCode: undefined, Phone: "+44 20 7946 0958" },
    { ReceiveSmsMarketing: true, GroupSmsMarketingOptInText: "<b> </b>" },
    JSON.parse('{"__proto__":{"Surname":"x"}}'),
    { Company: "\u00e9".repeat(60), Comments: "\u00e9".repeat(2000), Title: "\ud83c\udf77" },
    { GroupSmsMarketingOptInText: "x".repeat(4000), ReceiveSmsMarketing: true },
    { GroupSmsMarketingOptInText: "x".repeat(2048), FirstName: "x".repeat(2049) },
    { MobileCountryCode: -0, Field1: 1e21, Field2: 1.5, Field3: -Infinity },
    { CustomerCodes: [], CustomerType: null, IsDrinkingAge: false, IsVip: "false" },
    { Address: { Town: { x: 1 }, Street: true, House: 7 } },
  ]) {
    for (const options of [undefined, { setup: SETUP, strict: true }, { limits: { Surname: 2 } }]) {
      const draft = { ...GUEST, ...more };
      assert.deepEqual(checkCustomer(draft, options), asJson(draft, options), JSON.stringify(more));
    }
  }
});

/** Values for every field: of the field's kind, of another kind, and of no kind. */
const VALUES = [
  ...[
    "",
    " ",
    "Zoe\u0308",
    " Lee ",
    "Li",
    "a@b.example",
    "A@B\u00fccher.example",
    "nobody",
    "07400 123456",
    "+33 6 12 34 56 78",
  ],
  ...[
    "44",
    "true",
    "on",
    "1990-02-28",
    "2999-01-01",
    "192.0.2.1",
    "<b>yes</b>",
    "a\0b",
    "\ud800",
    "a\nb",
    "x".repeat(300),
  ],
  ...[null, undefined, true, false, 0, -0, 44, 999, 1.5, NaN, [], [1], [1, 1], {}, { Id: 1, Name: "x" }],
];

test("plain record of random members gets the same answer through the short cut as through JSON", () => {
  const names = fields().map(({ path }) => path);
  let seed = 20261123;
  const random = (below) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % 65_521) % below;
  for (let round = 0; round < 2000; round++) {
    const draft = { ...(random(2) && GUEST) };
    for (let count = random(20); count > 0; count--) {
      const [member, part] = names[random(names.length)];
      const value = VALUES[random(VALUES.length)];
      if (part) (draft[member] ??= {})[part] = value;
      else draft[member] = value;
    }
    const options = [undefined, { setup: SETUP, strict: true, today: "2026-11-22" }][random(2)];
    assert.deepEqual(checkCustomer(draft, options), asJson(draft, options), JSON.stringify(draft));
  }
});

test("options are read again at each call", async () => {
  const codesWith = (options) =>
    checkCustomer({ ...GUEST, Birthday: "2020-01-01" }, options).issues.map(({ code }) => code);
  const options = { limits: { Surname: 3 }, today: "2026-11-22" };
  assert.deepEqual(codesWith(options), []);
  options.limits.Surname = 2;
  assert.deepEqual(codesWith(options), ["too_long"]);
  options.today = "2019-12-31";
  assert.deepEqual(codesWith(options), ["too_long", "date_in_future"]);
  delete options.limits;
  assert.deepEqual(codesWith(options), ["date_in_future"]);
  delete options.today;
  assert.deepEqual(codesWith(options), []);
  assert.deepEqual(codesWith(), []);
  assert.deepEqual(codesWith(null), []);
  options.setup = SETUP;
  assert.deepEqual(codesWith(options), ["required"]);
  assert.throws(() => codesWith({ ...options, today: new Date() }), TypeError);
  assert.throws(() => codesWith({ ...options, setup: { ...SETUP, more: () => {} } }), TypeError);
  class Options {
    toJSON() {
      return { limits: { Surname: 2 } };
    }
  }
  assert.deepEqual(codesWith({ setup: new Options() }), []);
  // A getter is called each time.
  let max = 3;
  const changing = {
    limits: {
      get Surname() {
        return max;
      },
    },
  };
  assert.deepEqual(codesWith(changing), []);
  max = 2;
  assert.deepEqual(codesWith(changing), ["too_long"]);
  // The phone table may be loaded between two calls with the same options.
  const strict = { strict: true };
  assert.deepEqual(codesWith(strict), []);
  await loadPhones();
  assert.deepEqual(codesWith(strict), ["phone_unknown"]);
});

test("inherited members are not part of a record", () => {
  Object.prototype.Company = " planted ";
  try {
    const { value } = checkCustomer(GUEST);
    assert.deepEqual(Object.keys(value), Object.keys(asJson(GUEST).value));
    assert.equal(Object.hasOwn(value, "Company"), false);
  } finally {
    delete Object.prototype.Company;
  }
});

test("toJSON of a caller's class gets its name, as from JSON.stringify", () => {
  class Named {
    toJSON(name) {
      return { name };
    }
  }
  const value = { Surname: new Named(), CustomerCodes: [1, undefined, new Named()] };
  assert.equal(jsonOf(value), JSON.stringify(value));
  assert.equal(jsonOf(new Named()), JSON.stringify(new Named()));
});

test("result shares no object with the draft, and each member is read once", () => {
  const draft = { ...GUEST, CustomerCodes: [1], Address: { Town: "Bath" }, CustomerType: { Id: 1, Name: "Press" } };
  const { value } = checkCustomer(draft);
  for (const name of ["CustomerCodes", "Address", "CustomerType"]) {
    assert.deepEqual(value[name], draft[name]);
    assert.notEqual(value[name], draft[name], name);
  }
  let reads = 0;
  const counted = { ...GUEST };
  Object.defineProperty(counted, "Surname", { enumerable: true, get: () => (reads++ ? "\0" : "Lee") });
  assert.equal(checkCustomer(counted).value.Surname, "Lee");
});

test("phone number gets the same answer for a calling code as a number and as text", () => {
  for (const [code, typed] of [
    [44, "07400 123456"],
    [44, "1"],
    [39, "06 1234 5678"],
    [49, "01512 3456789012"],
    [0, "+44 7400 123456"],
    [999, "07400 123456"],
    // Has 44 in its lower sixteen bits.
    [65580, "07400 123456"],
    [44, null],
  ]) {
    assert.deepEqual(inspectPhone(code, typed), inspectPhone(String(code), typed), `${code} ${typed}`);
  }
});

test("e-mail address gets the same answer by itself and in a draft", () => {
  const texts = VALUES.filter((value) => typeof value === "string");
  for (const typed of [
    ...texts,
    "ann@gmial.com",
    "ann@localhost",
    "Ann <ann@example.com>",
    "\u2066ann@example.com\u2069",
    "ann@example,com",
    "ann@b\u00fccher,example",
    "A@EXAMPLE.com",
    `${"l".repeat(65)}@b.example`,
    "x".repeat(3000),
  ]) {
    const { email, issues } = inspectEmail(typed);
    const inForm = checkCustomer({ ...GUEST, Email: typed });
    assert.equal(inForm.value.Email ?? "", email, typed);
    if (email) assert.deepEqual(checkField("Email", typed), issues, typed);
  }
});

test("address at a domain that was called plain before gets the answer of the module", () => {
  const allowed = [..."abcXYZ019.!#$%&'*+/=?^_`{|}~-"];
  const others = [...' @,<>()[]:;\\"\u00e9\u2019\u200b\0\u7f00'];
  const long = ["d", "e", "f"].map((letter) => letter.repeat(60)).join(".");
  // Some of these have the length and the first letter of others.
  const domains = ["gmail.com", "gmial.com", "gmail.con", "posteo.de", "poste0.de", "example.com", "EXAMPLE.com"];
  domains.push(
    "exa_mple.com",
    "-xample.com",
    "localhost",
    `${long}.example`,
    "b\u00fccher.example",
    "example.com.",
    "",
  );
  const random = wholeDice(20261130);
  const pick = (list) => list[random(list.length)];
  let plain = 0;
  for (let round = 0; round < 5000; round++) {
    const letters = random(4) ? allowed : [...allowed, ...others];
    const local = Array.from({ length: random(5) ? random(20) : 60 + random(10) }, () => pick(letters)).join("");
    const typed = local + (random(20) ? "@" : pick(["", "@@", " @"])) + pick(domains);
    const { email, issues } = inspectEmail(typed);
    const inForm = checkCustomer({ ...GUEST, Email: typed });
    assert.equal(email, inForm.value.Email ?? "", typed);
    const expected = inForm.issues.filter(({ code, path }) => path[0] === "Email" && code !== "required");
    assert.deepEqual(issues, expected, typed);
    plain += typed === email && issues.length === 0;
  }
  assert.ok(plain > 1000 && plain < 4000, `${plain} plain addresses`);
});

test("first issues of a process are told where the question for their texts makes the memory grow", () => {
  const story = `
    import { init, checkCustomer } from "dinerkit";
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...given) => {
      const instance = await instantiate(...given);
      const { memory, ask } = instance.exports;
      const grown = (...question) => {
        memory.grow(1);
        return ask(...question);
      };
      return { exports: { ...instance.exports, ask: grown } };
    };
    await init();
    const { issues } = checkCustomer({ Surname: "Lee", Email: "nobody" });
    console.log(issues.map(({ code }) => code).join());
  `;
  const told = execFileSync(process.execPath, ["--input-type=module", "--eval", story], { encoding: "utf8" });
  assert.match(told, /email_at_missing/);
});
