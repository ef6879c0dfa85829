/**
 * For whoever gives the rules data of strangers: the installed package with values that no form sends. Each call
 * returns issues or throws a TypeError, in bounded time. The module never traps, and the next call works.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../support/project.mjs";

const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
const MEGABYTE = 1_000_000;
/** The longest time of a call. A busy machine reads a megabyte within it; a quadratic algorithm would take minutes. */
const BOUND_MS = 10_000;

const project = await Project.install();
const dinerkit = await project.dinerkit();
const { checkCustomer, checkField, CustomerForm, customerSchema, fields, inspectDate, inspectEmail, inspectPhone } =
  dinerkit;
const { optInNodes } = dinerkit;
const schema = customerSchema()["~standard"];

const codes = (issues) => issues.map(({ code, path }) => [code, ...path].join(" "));

/** The result of a call: the codes of its issues, or the name of the error that it threw. */
function outcome(call) {
  const start = performance.now();
  let result;
  try {
    result = codes(call());
  } catch (error) {
    result = error?.name;
  }
  assert.ok(performance.now() - start < BOUND_MS, "took too long");
  return result;
}

function works() {
  assert.deepEqual(checkCustomer(GUEST).issues, []);
}

const cycle = {};
cycle.Surname = cycle;
const nested = (depth) => {
  let value = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
};
class Guest {
  Surname = "Lee";
}
const sparse = [];
sparse[3] = 1;

/** Values for a text field, each with the issue or error that it makes. */
const VALUES = [
  ["a lone surrogate", "\ud800", "damaged_text"],
  ["the other half", "x\udc00", "damaged_text"],
  ["U+FFFD", "\ufffd", "damaged_text"],
  ["NUL", "a\0b", "control_character"],
  ["a bidi override", "a\u202eb", "control_character"],
  ["a bidi isolate without its end", "א\u2066b", "control_character"],
  ["interlinear annotation", "a\ufff9b", "control_character"],
  ["a flood of combining marks", `e${"\u0301".repeat(MEGABYTE)}`, "too_long"],
  ["a megabyte", "x".repeat(MEGABYTE), "too_long"],
  ["a megabyte beyond ASCII", "🍷".repeat(MEGABYTE / 4), "too_long"],
  ["a megabyte of quotes", '"'.repeat(MEGABYTE), "too_long"],
  ["a megabyte of spaces", " ".repeat(MEGABYTE), "required"],
  ["a number", 7, "wrong_type"],
  ["-0", -0, "wrong_type"],
  ["NaN", NaN, "required"],
  ["Infinity", -Infinity, "required"],
  ["true", true, "wrong_type"],
  ["null", null, "required"],
  ["undefined", undefined, "required"],
  ["an array", ["Lee"], "wrong_type"],
  ["a sparse array", sparse, "wrong_type"],
  ["a list of thousands", [...Array(5000).keys()], "wrong_type"],
  ["an object", { length: 3 }, "wrong_type"],
  ["an object without a prototype", Object.create(null), "wrong_type"],
  ["a member named __proto__", JSON.parse('{"__proto__":{"polluted":true}}'), "wrong_type"],
  ["a Map", new Map([["a", 1]]), "wrong_type"],
  ["a regular expression", /x/, "wrong_type"],
  ["bytes", new Uint8Array(9), "wrong_type"],
  ["a class instance", new Guest(), "wrong_type"],
  ["a promise", Promise.resolve("Lee"), "wrong_type"],
  ["a Date", new Date(0), "TypeError"],
  ["an invalid Date", new Date(NaN), "TypeError"],
  ["a BigInt", 1n, "TypeError"],
  ["a symbol", Symbol("Lee"), "TypeError"],
  ["a function", () => "Lee", "TypeError"],
  ["a cycle", cycle, "TypeError"],
  ["a toJSON", { toJSON: () => "Lee" }, "TypeError"],
  ["deep nesting", nested(90), "wrong_type"],
  ["deeper nesting", nested(200), "TypeError"],
  ["deepest nesting", nested(100_000), "TypeError"],
];

test("text field accepts text only", () => {
  for (const [what, value, expected] of VALUES) {
    const answer = expected === "TypeError" ? expected : [`${expected} Surname`];
    assert.deepEqual(
      outcome(() => checkCustomer({ ...GUEST, Surname: value }).issues),
      answer,
      what,
    );
    assert.deepEqual(
      outcome(() => checkField("Surname", value)),
      answer,
      `${what}, by itself`,
    );
    const form = new CustomerForm({ draft: GUEST });
    assert.deepEqual(
      outcome(() => form.set("Surname", value)),
      answer,
      `${what}, in a form`,
    );
    // A value that was refused with a TypeError is not in the form.
    assert.deepEqual(
      outcome(() => form.check()),
      expected === "TypeError" ? [] : answer,
      `${what}, in a form`,
    );
    form.free();
    works();
  }
});

test("every kind of field, function and option withstands every value", () => {
  const names = [...new Map(fields().map(({ kind, name }) => [kind, name])).values()];
  for (const [what, given] of VALUES) {
    // Each value is used in some two dozen calls, so the texts are shortened to a tenth of a megabyte.
    const value = typeof given === "string" ? given.slice(0, MEGABYTE / 10) : given;
    const calls = [
      ...names.map((name) => checkField.bind(undefined, name, value)),
      () => checkCustomer(Object.fromEntries(names.map((name) => [name, value]))).issues,
      () => checkCustomer({ ...GUEST, Address: value }).issues,
      () => checkCustomer({ ...GUEST, Address: { Town: value, Nose: value }, Nose: value }).issues,
      () => checkCustomer(value).issues,
      () => schema.validate(value).issues ?? [],
      () => checkCustomer(GUEST, { setup: value }).issues,
      () => checkCustomer(GUEST, { setup: { CustomFields: value, LegalDrinkingAge: value } }).issues,
      () => checkCustomer(GUEST, { setup: { CustomFields: [value, { Name: value }] } }).issues,
      () => checkCustomer(GUEST, { today: value }).issues,
      () => checkCustomer(GUEST, { strict: value }).issues,
      () => checkCustomer(GUEST, { limits: value }).issues,
      () => checkCustomer(GUEST, { limits: { Surname: value } }).issues,
      () => new CustomerForm({ draft: value }).check(),
      () => new CustomerForm({ setup: value }).check(),
    ];
    for (const call of calls) {
      const result = outcome(call);
      assert.ok(Array.isArray(result) || result === "TypeError", `${what}: ${result}`);
    }
    if (typeof value === "string") {
      inspectPhone(value, value);
      inspectPhone(44, value);
      inspectEmail(value);
      inspectDate(value);
      optInNodes(value);
    }
    works();
  }
});

test("opt-in text of a megabyte is read in bounded time", () => {
  const wording = { ...GUEST, ReceiveEmailMarketing: true };
  for (const html of [
    "<a ",
    "<",
    "&",
    "<b>",
    "<!--",
    "</b>",
    "<a href='https://x.example'>",
    "&#x41",
    "<script>",
    '<a "',
  ]) {
    const text = html.repeat(MEGABYTE / html.length);
    const start = performance.now();
    optInNodes(text);
    assert.deepEqual(
      outcome(() => checkCustomer({ ...wording, GroupEmailMarketingOptInText: text }).issues),
      ["too_long GroupEmailMarketingOptInText"],
    );
    assert.ok(performance.now() - start < BOUND_MS, html);
  }
  works();
});

test("names of members that every object has are not fields", () => {
  for (const name of [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "Address",
    "Address.",
    "",
    "Surname\0",
  ]) {
    assert.throws(() => checkField(name, "x"), TypeError, name);
    const form = new CustomerForm();
    assert.throws(() => form.set(name, "x"), TypeError, name);
    form.free();
  }
  for (const name of [null, undefined, 7, 1n, Symbol("Surname"), {}, [], () => {}]) {
    assert.throws(() => checkField(name, "x"), { name: "TypeError", message: /^fields\(\) lists no / });
  }
  works();
});

test("record changes neither Object.prototype nor the caller's own data", () => {
  const record = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"Address":{"__proto__":{"polluted":1}}}`;
  const draft = Object.assign(JSON.parse(record), GUEST);
  Object.defineProperty(draft, "__proto__", { value: { polluted: 1 }, enumerable: true });
  const before = JSON.stringify(draft);
  const freeze = (value) => {
    if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  };
  freeze(draft);
  const members = Reflect.ownKeys(Object.prototype);

  const { value, issues } = checkCustomer(draft);
  assert.deepEqual(issues, []);
  assert.ok(Object.hasOwn(value, "__proto__"), "an unknown member is kept, whatever its name");
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.deepEqual(schema.validate(draft), { value });
  const form = new CustomerForm({ draft, setup: JSON.parse(record) });
  form.set("Address.Town", "Bath");
  const again = new CustomerForm({ draft: form.snapshot() });
  assert.deepEqual(again.check(), []);
  assert.equal(form.get("__proto__"), undefined);
  form.free();
  again.free();

  assert.equal({}.polluted, undefined);
  assert.deepEqual(Reflect.ownKeys(Object.prototype), members);
  assert.equal(JSON.stringify(draft), before);
});

test("calling code may be a number of any type, or text", () => {
  for (const code of [44n, "+44", "0044", new Number(44)]) {
    assert.deepEqual(inspectPhone(code, "07700 900123"), inspectPhone(44, "07700 900123"), typeof code);
  }
  assert.equal(inspectPhone(Symbol("44"), "07700 900123").reason, "missingCallingCode");
});

test("errors of a getter or a proxy reach the caller unchanged", () => {
  for (const thrown of [new Error("mine"), new RangeError("mine"), "text", undefined, { plain: true }]) {
    const fail = () => {
      throw thrown;
    };
    const withGetter = Object.defineProperty({ ...GUEST }, "Company", { get: fail, enumerable: true });
    for (const draft of [
      withGetter,
      { ...GUEST, Address: withGetter },
      new Proxy(GUEST, { get: fail }),
      new Proxy(GUEST, { ownKeys: fail }),
      new Proxy(GUEST, { getOwnPropertyDescriptor: fail }),
    ]) {
      for (const call of [
        () => checkCustomer(draft),
        () => checkField("CustomerType", draft),
        () => schema.validate(draft),
        () => fields(draft),
        () => new CustomerForm({ draft }),
        () => new CustomerForm({ setup: draft }),
      ]) {
        let caught;
        try {
          call();
          assert.fail("nothing was thrown");
        } catch (error) {
          caught = error;
        }
        assert.equal(caught, thrown);
      }
      works();
    }
  }
  // For a revoked proxy the platform throws a TypeError.
  const { proxy, revoke } = Proxy.revocable({ ...GUEST }, {});
  revoke();
  assert.throws(() => checkCustomer(proxy), TypeError);
  works();
});

test("errors of the platform during a check fail that check only", () => {
  const draft = { ...GUEST, Surname: "Zoe\u0308" };
  const form = new CustomerForm({ draft: GUEST });
  const { normalize } = String.prototype;
  const thrown = new Error("planted");
  String.prototype.normalize = () => {
    throw thrown;
  };
  try {
    assert.throws(() => checkCustomer(draft), thrown);
    assert.throws(() => checkField("Surname", draft.Surname), thrown);
    assert.throws(() => form.set("Surname", draft.Surname), thrown);
    assert.throws(() => form.set("Surname", draft.Surname), thrown);
  } finally {
    String.prototype.normalize = normalize;
  }
  assert.deepEqual(checkCustomer(draft).issues, []);
  // A live form is unchanged and can be used.
  assert.equal(form.request().Surname, "Lee");
  assert.deepEqual(form.set("Surname", draft.Surname), []);
  assert.equal(form.request().Surname, "Zo\u00eb");
  form.free();
  works();
});

test("checks that start during another check get their own answers", () => {
  const other = { ...GUEST, Surname: "Other", Company: "x".repeat(90), Email: "other@c.example" };
  const asked = [];
  function ask() {
    asked.push(
      checkCustomer(other, { limits: { Company: 3 } }).issues[0].code,
      checkCustomer(Object.assign(Object.create(null), other)).value.Surname,
      inspectEmail("other@d.example").email,
      inspectPhone(44, "07700 900999").national,
      checkField("Surname", " ")[0].code,
    );
  }
  const expected = ["too_long", "Other", "other@d.example", "7700900999", "required"];
  const reads = (name, value) => Object.defineProperty({}, name, { enumerable: true, get: () => (ask(), value) });
  for (const draft of [
    Object.defineProperty({ ...GUEST }, "Company", { enumerable: true, get: () => (ask(), "Oak") }),
    { ...GUEST, Address: reads("Town", "Bath") },
    { ...GUEST, Title: "Dr", CustomerType: Object.assign(reads("Id", 1), { Name: "Press" }), Company: "Oak" },
  ]) {
    asked.length = 0;
    const { value, issues } = checkCustomer(draft);
    assert.deepEqual(issues, []);
    assert.equal(value.Surname, "Lee");
    assert.notEqual(value.Company, other.Company);
    assert.deepEqual(asked.slice(0, expected.length), expected);
  }
  const { normalize } = String.prototype;
  asked.length = 0;
  String.prototype.normalize = function (form) {
    String.prototype.normalize = normalize;
    ask();
    return normalize.call(this, form);
  };
  try {
    const { value, issues } = checkCustomer({ ...GUEST, FirstName: "Zoe\u0308", Surname: " Lee ", Company: "Oak" });
    assert.deepEqual(issues, []);
    assert.deepEqual([value.FirstName, value.Surname, value.Company], ["Zo\u00eb", "Lee", "Oak"]);
    assert.deepEqual(asked, expected);
  } finally {
    String.prototype.normalize = normalize;
  }
  works();
});

test("memory that grows during a check changes no answer", () => {
  // Each text is longer than all before, so that the memory has to grow.
  let length = 8 * MEGABYTE;
  const grow = () => assert.equal(checkField("Surname", "x".repeat((length *= 1.5)))[0].code, "too_long");
  const Id = { enumerable: true, get: () => (grow(), 1) };
  const CustomerType = Object.defineProperty({ Name: "Press" }, "Id", Id);
  const { value, issues } = checkCustomer({ ...GUEST, Title: " Dr ", CustomerType, Company: " Oak " });
  assert.deepEqual(issues, []);
  assert.deepEqual([value.Title, value.CustomerType.Id, value.Company], ["Dr", 1, "Oak"]);
  grow();
  assert.equal(inspectEmail("ann@example.com").email, "ann@example.com");
  grow();
  assert.equal(inspectPhone(44, "07700 900123").national, "7700900123");
  const { normalize } = String.prototype;
  String.prototype.normalize = function (form) {
    String.prototype.normalize = normalize;
    grow();
    return normalize.call(this, form);
  };
  try {
    assert.equal(checkCustomer({ ...GUEST, FirstName: "Zoe\u0308", Surname: " Lee " }).value.Surname, "Lee");
  } finally {
    String.prototype.normalize = normalize;
  }
  works();
});
