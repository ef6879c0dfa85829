/** For developers of a live form of their own: the installed package's CustomerForm and its receipts of consent. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { wholeDice } from "../support/dice.mjs";
import { Project } from "../support/project.mjs";

const GUEST = { Surname: "Lee", Email: "ann@example.com", MobileCountryCode: "+44", Mobile: "07700 900123" };
const WORDING = "Hear from <strong>Oak & Salt</strong>: <a href='https://oak.example/p'>policy</a> – Grüße";
const SETUP = { GroupEmailMarketingOptInText: WORDING, RestaurantSmsMarketingOptInText: "By SMS" };
/** The four consents, each with the field of its wording. */
const CONSENTS = {
  ReceiveEmailMarketing: "GroupEmailMarketingOptInText",
  ReceiveSmsMarketing: "GroupSmsMarketingOptInText",
  ReceiveRestaurantEmailMarketing: "RestaurantEmailMarketingOptInText",
  ReceiveRestaurantSmsMarketing: "RestaurantSmsMarketingOptInText",
};

const project = await Project.install();
const { checkCustomer, consentReceipts, CustomerForm, fields, ValidationError } = await project.dinerkit();

const codes = (issues) => issues.map(({ code, path }) => `${code} ${path.join(".")}`);
const refused = (...path) => ({ code: "refused", path, params: {}, severity: "error", message: "refused" });

test("the server's issues stay until their field is set anew, in form order, and stop no request", () => {
  const form = new CustomerForm({ draft: GUEST });
  const found = [refused("Address", "Postcode"), refused("Nowhere"), refused("Mobile"), refused("Surname")];
  form.setServerIssues(found);
  const all = ["refused Surname", "refused Mobile", "refused Address.Postcode", "refused Nowhere"];
  assert.deepEqual(codes(form.check()), all);
  assert.equal(form.request().Surname, "Lee");
  // The form has copied the list.
  found.length = 0;
  assert.deepEqual(codes(form.check()), all);

  // Setting a field returns the issues of the fields that depend on it, and of no others.
  assert.deepEqual(codes(form.set("Company", "Oak")), []);
  assert.deepEqual(codes(form.set("MobileCountryCode", "44")), ["refused Mobile"]);
  assert.deepEqual(codes(form.set("Email", "nobody@")), ["email_invalid Email"]);
  assert.deepEqual(codes(form.check()), ["refused Surname", "email_invalid Email", ...all.slice(1)]);
  assert.throws(() => form.request(), ValidationError);

  assert.deepEqual(codes(form.set("Surname", "Lee")), []);
  assert.deepEqual(codes(form.set("Address.Postcode", "BA1 1AA")), []);
  assert.deepEqual(codes(form.check()), ["email_invalid Email", "refused Mobile", "refused Nowhere"]);

  // The issues of the next answer replace those of the one before.
  form.setServerIssues([refused("Title")]);
  assert.deepEqual(codes(form.check()), ["refused Title", "email_invalid Email"]);
  form.setServerIssues([]);
  assert.deepEqual(codes(form.check()), ["email_invalid Email"]);
  form.free();
});

test("the server's issues are taken from their error, and nothing else is taken for some", () => {
  const form = new CustomerForm({ draft: GUEST });
  const facts = { code: "validation", outcome: "refused", message: "refused", issues: [refused("Email")] };
  form.setServerIssues(new ValidationError(facts));
  for (const wrong of [undefined, null, "Email", 7, {}, { issues: "Email" }, [undefined], [{}], [{ path: "Email" }]]) {
    assert.throws(() => form.setServerIssues(wrong), { name: "TypeError", message: /setServerIssues takes issues/ });
  }
  assert.deepEqual(codes(form.check()), ["refused Email"]);
  form.free();
});

const DRAFTS = {
  "an empty form": {},
  "a guest": GUEST,
  "custom fields": { ...GUEST, Field1: "x", Field5: "" },
  "an address and unknown members in it": { Address: { Town: "Bath", Postcode: null, Planet: "Earth" } },
  "unknown members": { ...GUEST, Nose: { long: [1, "2", null] }, "Address.Town": "flat", "": "no name" },
  "members named as an object's own": JSON.parse('{"__proto__":{"x":1},"constructor":"y","toString":"z"}'),
  "consents refused": { ReceiveEmailMarketing: false, ReceiveSmsMarketing: "false", GroupEmailMarketingOptInText: "" },
  "a consent given": { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: WORDING },
  "an HTML form's consent": { ReceiveRestaurantSmsMarketing: "on", RestaurantSmsMarketingOptInText: "By SMS" },
  "null everywhere": { Surname: null, Email: null, Address: null, ReceiveEmailMarketing: null },
  "wrong types": { Surname: 7, Email: {}, Address: "Bath", CustomerCodes: "x", ReceiveEmailMarketing: 7 },
  "staff's fields": { ...GUEST, CustomerCodes: [3, 1], CustomerType: { Id: 1, Name: "VIP" }, Comments: "a\r\nb" },
  "damaged text": { Surname: "\ud800", Company: "\0" },
};

test("a snapshot brings a form back as it was", () => {
  for (const [what, draft] of Object.entries(DRAFTS)) {
    const form = new CustomerForm({ draft, setup: SETUP });
    const snapshot = form.snapshot();
    assert.deepEqual(snapshot, draft, what);
    form.setServerIssues([refused("Email")]);
    assert.deepEqual(form.snapshot(), snapshot, what);
    form.setServerIssues([]);

    // Through JSON, as a page stores it.
    const again = new CustomerForm({ draft: JSON.parse(JSON.stringify(snapshot)), setup: SETUP });
    assert.deepEqual(again.snapshot(), snapshot, what);
    assert.deepEqual(again.check(), form.check(), what);
    for (const { name } of fields()) assert.deepEqual(again.get(name), form.get(name), `${what}: ${name}`);
    form.free();
    again.free();
  }
});

test("what was set is in the snapshot, and only there", () => {
  const draft = { Address: "wrong", Nose: 1 };
  const form = new CustomerForm({ draft });
  assert.deepEqual(codes(form.check()).at(-1), "wrong_type Address");
  form.set("Surname", "Lee");
  form.set("Company", undefined);
  form.set("Address.Town", "Bath");
  form.set("Address.Street", null);
  form.set("IsVip", false);
  form.set("CustomerCodes", [1]);
  const expected = {
    Surname: "Lee",
    Company: null,
    Address: { Town: "Bath", Street: null },
    IsVip: false,
    CustomerCodes: [1],
    Nose: 1,
  };
  assert.deepEqual(form.snapshot(), expected);
  // Setting a part of the address replaces a value that was no address.
  assert.deepEqual(
    codes(form.check()).filter((code) => code.startsWith("wrong_type")),
    [],
  );
  assert.deepEqual(draft, { Address: "wrong", Nose: 1 });

  // A change of a returned value does not change the form.
  form.snapshot().Address.Town = "Wells";
  form.get("CustomerCodes").push(2);
  assert.deepEqual(form.snapshot(), expected);
  assert.equal(form.get("Address.Town"), "Bath");
  for (const name of ["Title", "Nose", "constructor", "__proto__", "Address", "Address.length", ""]) {
    assert.equal(form.get(name), undefined, name);
  }
  assert.throws(() => form.set("Nose", 2), TypeError);
  assert.throws(() => form.set("Surname", 1n), TypeError);
  assert.deepEqual(form.snapshot(), expected);
  form.free();
});

test("a consent comes back only with the very wording it was given to", () => {
  const draft = { ...GUEST, ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: WORDING };
  const unset = GUEST;
  for (const [what, typed, setup, expected] of [
    ["the same wording", draft, SETUP, draft],
    ["no Setup to compare with", draft, undefined, draft],
    ["another wording", draft, { GroupEmailMarketingOptInText: `${WORDING} ` }, unset],
    ["wording composed otherwise", draft, { GroupEmailMarketingOptInText: WORDING.normalize("NFD") }, unset],
    ["no wording any more", draft, {}, unset],
    ["a wording that is null", draft, { GroupEmailMarketingOptInText: null }, unset],
    ["the same wording of another consent", draft, { GroupSmsMarketingOptInText: WORDING }, unset],
    ["a yes to nothing", { ...GUEST, ReceiveEmailMarketing: true }, SETUP, unset],
    ["a yes as text", { ...draft, ReceiveEmailMarketing: "on" }, {}, unset],
    ["a no", { ...draft, ReceiveEmailMarketing: false }, {}, { ...draft, ReceiveEmailMarketing: false }],
  ]) {
    const form = new CustomerForm({ draft: typed, setup });
    assert.deepEqual(form.snapshot(), expected, what);
    const { ReceiveEmailMarketing: yes, GroupEmailMarketingOptInText: to } = form.request();
    assert.deepEqual(yes === true ? to : undefined, expected === draft ? WORDING : undefined, what);
    form.free();
  }
});

test("a form that was freed says so", () => {
  const form = new CustomerForm({ draft: GUEST });
  form.free();
  form.free();
  for (const call of [
    () => form.set("Surname", "Lee"),
    () => form.get("Surname"),
    () => form.check(),
    () => form.request(),
    () => form.snapshot(),
    () => form.setServerIssues([]),
  ]) {
    assert.throws(call, { name: "TypeError", message: "make a new CustomerForm: this one was freed" });
  }
});

test("fields refuses what is no Setup", () => {
  for (const setup of ["setup", 7, true, []]) {
    assert.throws(() => fields(setup), {
      name: "TypeError",
      message: "setup takes the object that client.setup() returned",
    });
  }
  for (const setup of [undefined, null, {}]) assert.equal(fields(setup).length, fields().length);
});

test("no sequence of calls opts a guest in who has not said yes", () => {
  const values = [true, "true", "on", 1, "yes", false, null, undefined, "", WORDING, "By SMS", {}, [true], "Lee", 7];
  const names = fields().map(({ name }) => name);
  const wordings = Object.values(CONSENTS);
  let requests = 0;
  let consents = 0;
  for (let seed = 1; seed <= 100; seed += 1) {
    const random = wholeDice(seed);
    const pick = (list) => list[random(list.length)];
    // Half of the guests say yes to some consents, so that a form that forgets them all would be noticed.
    const allowed = seed % 2 ? [] : Object.keys(CONSENTS).filter(() => random(2));
    const said = new Set();
    let form = new CustomerForm({ setup: SETUP });
    for (const [name, value] of Object.entries(GUEST)) form.set(name, value);
    for (let step = 0; step < 40; step += 1) {
      const action = random(6);
      if (action < 3) {
        const name = pick(names);
        if (name in GUEST) form.set(name, GUEST[name]);
        else if (wordings.includes(name)) form.set(name, pick([WORDING, "By SMS", WORDING, undefined, 7]));
        else if (!(name in CONSENTS)) form.set(name, random(3) ? undefined : pick(values));
        else if (allowed.includes(name)) {
          // As a form sets them: the yes together with its wording.
          form.set(name, true);
          form.set(CONSENTS[name], SETUP[CONSENTS[name]] ?? WORDING);
          said.add(name);
        } else form.set(name, pick([false, "false", "", null, undefined]));
      } else if (action === 3) {
        form.setServerIssues([refused(pick(names)), refused(...pick(names).split("."))]);
      } else if (action === 4) {
        const draft = form.snapshot();
        form.free();
        form = new CustomerForm({ draft, setup: pick([SETUP, {}, undefined]) });
      } else form.check();
      let request;
      try {
        request = form.request();
      } catch (error) {
        assert.ok(error instanceof ValidationError);
        continue;
      }
      requests += 1;
      for (const [flag, wording] of Object.entries(CONSENTS)) {
        if (request[flag] !== true) continue;
        consents += 1;
        assert.ok(said.has(flag), `seed ${seed}, step ${step}: ${flag}`);
        assert.ok(request[wording], `seed ${seed}, step ${step}: ${wording}`);
      }
    }
    form.free();
  }
  // The sequences reach enough requests with consents and without, so that the test shows something.
  assert.ok(requests > 300 && consents > 30, `${requests} requests, ${consents} consents`);
});

test("a receipt for each consent given, and for nothing else", async () => {
  const time = new Date("2026-03-29T01:30:00+02:00");
  const sha256 = (text) => `sha-256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
  const receipt = (field, wordingField, wording) => ({
    field,
    wordingField,
    wording,
    wordingHash: sha256(wording),
    locale: "en-GB",
    time: "2026-03-28T23:30:00.000Z",
  });
  const email = { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: WORDING };
  const sms = { ReceiveRestaurantSmsMarketing: true, RestaurantSmsMarketingOptInText: "By SMS" };
  const emailReceipt = receipt("ReceiveEmailMarketing", "GroupEmailMarketingOptInText", WORDING);
  const smsReceipt = receipt("ReceiveRestaurantSmsMarketing", "RestaurantSmsMarketingOptInText", "By SMS");
  for (const [what, consents, expected] of [
    ["no consent", {}, []],
    ["a wording without a yes", { GroupEmailMarketingOptInText: WORDING }, []],
    ["a no", { ...email, ReceiveEmailMarketing: false }, []],
    ["HTML, to the byte", email, [emailReceipt]],
    ["two, in form order", { ...sms, ...email }, [emailReceipt, smsReceipt]],
    ["one of two", { ...email, ...sms, ReceiveEmailMarketing: false }, [smsReceipt]],
  ]) {
    const { value } = checkCustomer({ ...GUEST, ...consents });
    assert.deepEqual(await consentReceipts(value, { locale: "en-GB", time }), expected, what);
  }

  // A published digest (FIPS 180-4); the same wording has the same digest each time, and any other wording another.
  const hashOf = async (wording) => {
    const request = { ReceiveSmsMarketing: true, GroupSmsMarketingOptInText: wording };
    return (await consentReceipts(request, { locale: "en" }))[0].wordingHash;
  };
  assert.equal(await hashOf("abc"), "sha-256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert.equal(await hashOf(WORDING), await hashOf(WORDING));
  assert.notEqual(await hashOf(WORDING), await hashOf(WORDING.normalize("NFD")));
});

test("a receipt is of now by default; one that cannot be made is refused", async () => {
  const request = { ReceiveSmsMarketing: true, GroupSmsMarketingOptInText: "By SMS" };
  const before = Date.now();
  const [{ time }] = await consentReceipts(request, { locale: "en" });
  assert.ok(before <= Date.parse(time) && Date.parse(time) <= Date.now());
  await assert.rejects(consentReceipts({ ReceiveSmsMarketing: true }, { locale: "en" }), TypeError);
  await assert.rejects(consentReceipts(request, { locale: "en", time: "soon" }), RangeError);
});

test("without the platform's hash, as on an insecure page, there is a receipt all the same", async () => {
  const { crypto } = globalThis;
  const replaceCrypto = (value) =>
    Object.defineProperty(globalThis, "crypto", { value, configurable: true, writable: true });
  try {
    for (const insecure of [undefined, { getRandomValues() {} }]) {
      replaceCrypto(insecure);
      const request = { ReceiveSmsMarketing: true, GroupSmsMarketingOptInText: "By SMS" };
      const [receipt] = await consentReceipts(request, { locale: "en" });
      assert.equal(receipt.wordingHash, null);
      assert.equal(receipt.wording, "By SMS");
    }
  } finally {
    replaceCrypto(crypto);
  }
});

test("checking what was normalised changes nothing", () => {
  const setup = { ...SETUP, LegalDrinkingAge: 18 };
  const options = { setup, today: "2026-06-01" };
  const pair = (MobileCountryCode, Mobile) => ({ ...GUEST, MobileCountryCode, Mobile });
  const born = (Birthday) => ({ ...GUEST, Birthday, Anniversary: Birthday });
  for (const [draft, expected] of [
    [GUEST, { Mobile: "7700900123", MobileCountryCode: 44 }],
    [pair(null, "+44 (0)7700 900123"), { Mobile: "7700900123", MobileCountryCode: 44 }],
    [pair("0039", "06 6982 1234"), { Mobile: "0669821234", MobileCountryCode: 39 }],
    [pair("+49", "01512 3456789"), { Mobile: "15123456789", MobileCountryCode: 49 }],
    [pair(1, "(201) 555-0123"), { Mobile: "2015550123", MobileCountryCode: 1 }],
    [pair("54", "011 15-2345-6789"), { Mobile: "91123456789", MobileCountryCode: 54 }],
    [pair("7", "8 (912) 345-67-89"), { Mobile: "9123456789", MobileCountryCode: 7 }],
    [pair("33", "06 12 34 56 78"), { Mobile: "612345678", MobileCountryCode: 33 }],
    [pair("81", "090-1234-5678"), { Mobile: "9012345678", MobileCountryCode: 81 }],
    [{ ...GUEST, Mobile: "", PhoneCountryCode: "44", Phone: "020 7946 0000" }, { Phone: "2079460000" }],
    [born("1990-12-31"), { Birthday: "1990-12-31T00:00:00", IsDrinkingAge: true }],
    [born("1990-12-31T00:00:00"), { Birthday: "1990-12-31T00:00:00" }],
    [born("1990-12-31T00:00:00.0000000"), { Birthday: "1990-12-31T00:00:00" }],
    [born("2010-12-31T23:59:20.9478118"), { Birthday: "2010-12-31T00:00:00", IsDrinkingAge: false }],
    [born("1990-12-31T00:00:00+02:00"), { Anniversary: "1990-12-31T00:00:00" }],
    [born("31.12.90"), { Birthday: "1990-12-31T00:00:00", Anniversary: "1990-12-31T00:00:00" }],
    [{ ...GUEST, Email: "ann@bücher.example" }, { Email: "ann@xn--bcher-kva.example" }],
    [{ ...GUEST, Email: " ann@日本語.example " }, { Email: "ann@xn--wgv71a119e.example" }],
    [{ ...GUEST, Email: "ANN@EXAMPLE.COM" }, {}],
    [
      { ...GUEST, Surname: " Zoe\u0308 ", Address: { Town: "\u00a0Bath\u3000", Planet: " Earth " } },
      { Surname: "Zoë" },
    ],
    [
      { ...GUEST, ReceiveEmailMarketing: "on", GroupEmailMarketingOptInText: ` ${WORDING}\r\n` },
      { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: ` ${WORDING}\r\n` },
    ],
    [
      { ...GUEST, CustomerCodes: ["3", 1], IsVip: "false", Comments: "a\r\nb" },
      { CustomerCodes: [3, 1], IsVip: false },
    ],
  ]) {
    const once = checkCustomer(draft, options);
    const what = JSON.stringify(draft);
    assert.deepEqual(once.issues, [], what);
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(once.value[name], value, what);
    assert.deepEqual(checkCustomer(once.value, options), once, what);
    // The live form says the same.
    const form = new CustomerForm({ setup, draft: once.value, today: options.today });
    assert.deepEqual(form.check(), [], what);
    form.free();
  }
});
