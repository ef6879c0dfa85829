/** For whoever hands the rules a record: a plain one crosses by its own short way, and all else is as if it did not. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import init, { checkCustomer, inspectPhone } from "dinerkit";

before(() => init());

/** The same record by the general way, which one without a prototype takes. */
const generally = (draft, options) => checkCustomer(Object.assign(Object.create(null), draft), options);

const GUEST = { Surname: " Lee ", Email: "a@b.example", MobileCountryCode: 44, Mobile: "07700 900123" };
const SETUP = { LegalDrinkingAge: 18, CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: true }] };

test("both ways give the same answer", () => {
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
  ]) {
    for (const options of [undefined, { setup: SETUP, strict: true }, { limits: { Surname: 2 } }]) {
      const draft = { ...GUEST, ...more };
      assert.deepEqual(checkCustomer(draft, options), generally(draft, options), JSON.stringify(more));
    }
  }
});

test("what comes back is the caller's own, and was read once", () => {
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

test("a number is described alike, whether its calling code is a number or text", () => {
  for (const [code, typed] of [
    [44, "07400 123456"],
    [44, "1"],
    [39, "06 1234 5678"],
    [49, "01512 3456789012"],
    [0, "+44 7400 123456"],
    [999, "07400 123456"],
    // 44 in the lower sixteen bits
    [65580, "07400 123456"],
    [44, null],
  ]) {
    assert.deepEqual(inspectPhone(code, typed), inspectPhone(String(code), typed), `${code} ${typed}`);
  }
});
