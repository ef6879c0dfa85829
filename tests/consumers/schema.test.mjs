/**
 * For users of a library that takes Standard Schema v1: the rules of the installed package in each library. A valid
 * draft is returned normalised, an issue arrives at its field, and advice does not block.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { FormApi } from "@tanstack/form-core";
import { initTRPC, TRPCError } from "@trpc/server";
import { createFormControl } from "react-hook-form";
import { Project } from "../support/project.mjs";

const DRAFT = {
  Surname: "  Lee ",
  Email: "ann@example.com",
  MobileCountryCode: "+44",
  Mobile: "07700 900123",
  Address: { Postcode: " BA1 1AA" },
};
const REQUEST = {
  Surname: "Lee",
  Email: "ann@example.com",
  MobileCountryCode: 44,
  Mobile: "7700900123",
  Address: { Postcode: "BA1 1AA" },
};
/** A draft with an error in a field of the record, and one in a nested field. */
const WRONG = { ...DRAFT, Email: "nobody@", Address: { Postcode: "x".repeat(21) } };
/** The messages for these errors. */
const EMAIL_MESSAGE = "write the e-mail address like name@example.com";
const POSTCODE_MESSAGE = "use at most 20 characters";
/** A draft without errors, but with advice: the domain has no dot. */
const ADVISED = { ...DRAFT, Email: "ann@localhost" };

const project = await Project.install();
const { customerSchema, checkCustomer, loadPhones } = await project.dinerkit();
const schema = customerSchema();
const validate = (draft, ...options) => customerSchema(...options)["~standard"].validate(draft);

test("schema returns what the standard requires, with our code and params", () => {
  assert.equal(schema["~standard"].version, 1);
  assert.equal(schema["~standard"].vendor, "dinerkit");
  assert.deepEqual(validate(DRAFT), { value: REQUEST });
  assert.deepEqual(validate(WRONG), {
    issues: [
      { code: "email_invalid", path: ["Email"], params: {}, severity: "error", message: EMAIL_MESSAGE },
      {
        code: "too_long",
        path: ["Address", "Postcode"],
        params: { max: 20 },
        severity: "error",
        message: POSTCODE_MESSAGE,
      },
    ],
  });
});

test("advice is not an issue of the schema", () => {
  assert.deepEqual(
    checkCustomer(ADVISED).issues.map(({ code, severity }) => [code, severity]),
    [["email_dotless", "advice"]],
  );
  assert.deepEqual(validate(ADVISED), { value: { ...REQUEST, Email: "ann@localhost" } });
});

test("Setup and options have the same effect in the schema as in checkCustomer", () => {
  const setup = { CustomFields: [{ Name: "Field2", Label: "Table", IsRequired: true }], LegalDrinkingAge: 18 };
  const codes = (result) => result.issues?.map(({ code, path }) => [code, ...path]) ?? [];
  assert.deepEqual(codes(validate(DRAFT, setup)), [["required", "Field2"]]);
  assert.deepEqual(codes(validate({ ...DRAFT, Field1: "x" }, { CustomFields: [] })), [["not_configured", "Field1"]]);
  assert.deepEqual(codes(validate(DRAFT, null, { limits: { Surname: 2 } })), [["too_long", "Surname"]]);
  const born = { ...DRAFT, Birthday: "2008-01-02" };
  assert.equal(validate(born, setup, { today: "2008-01-01" }).issues[0].code, "date_in_future");
  const guest = { ...born, Field2: "6" };
  assert.equal(validate(guest, setup, { today: "2026-01-01" }).value.IsDrinkingAge, false);
  assert.equal(validate(guest, setup, { today: "2026-01-02" }).value.IsDrinkingAge, true);
});

test("draft that is not a record is one issue of the whole, and wrong options throw", () => {
  const cycle = {};
  cycle.Surname = cycle;
  const deep = JSON.parse("[".repeat(1000) + "]".repeat(1000));
  for (const value of [
    undefined,
    null,
    "text",
    7,
    true,
    [],
    [DRAFT],
    1n,
    Symbol("x"),
    () => {},
    new Date(),
    cycle,
    { deep },
  ]) {
    const { issues } = validate(value);
    assert.equal(issues.length, 1);
    const [{ message, ...issue }] = issues;
    assert.deepEqual(issue, { code: "wrong_type", path: [], params: {}, severity: "error" });
    assert.match(message, /takes/);
  }
  for (const options of [{ today: "soon" }, { strict: "yes" }, { limits: { Nose: 1 } }]) {
    assert.throws(() => validate(DRAFT, null, options), TypeError);
    assert.throws(() => validate(undefined, null, options), TypeError);
  }
  assert.throws(() => validate(DRAFT, "setup"), TypeError);
  const thrown = new Error("the page's own");
  const draft = {
    get Surname() {
      throw thrown;
    },
  };
  assert.throws(
    () => validate(draft),
    (error) => error === thrown,
  );
});

test("react-hook-form: its resolver nests the errors, and the values come out normalised", async () => {
  const submit = async (defaultValues) => {
    const form = createFormControl({ defaultValues, resolver: standardSchemaResolver(schema) });
    for (const name of ["Surname", "Email", "Mobile", "Address.Postcode"]) form.register(name);
    let outcome;
    const keep = (name) => (what) => {
      outcome = { [name]: what };
    };
    await form.handleSubmit(keep("values"), keep("errors"))();
    return outcome;
  };
  assert.deepEqual(await submit(DRAFT), { values: REQUEST });
  const { errors } = await submit(WRONG);
  assert.deepEqual(Object.keys(errors).sort(), ["Address", "Email"]);
  assert.equal(errors.Email.message, EMAIL_MESSAGE);
  assert.equal(errors.Address.Postcode.message, POSTCODE_MESSAGE);
  assert.equal((await submit(ADVISED)).values.Email, "ann@localhost");
});

test("TanStack Form: each field gets its own issues, with their codes", async () => {
  const submit = async (defaultValues) => {
    let submitted;
    const form = new FormApi({
      defaultValues,
      validators: { onChange: schema },
      // The form gives what was typed to the schema, which returns the request.
      onSubmit: ({ value }) => {
        submitted = schema["~standard"].validate(value).value;
      },
    });
    form.mount();
    await form.handleSubmit();
    const codes = (name) => form.getFieldMeta(name)?.errorMap.onChange?.map(({ code, message }) => [code, message]);
    return { submitted, email: codes("Email"), postcode: codes("Address.Postcode") };
  };
  const fine = { email: undefined, postcode: undefined };
  assert.deepEqual(await submit(DRAFT), { submitted: REQUEST, ...fine });
  assert.deepEqual(await submit(WRONG), {
    submitted: undefined,
    email: [["email_invalid", EMAIL_MESSAGE]],
    postcode: [["too_long", POSTCODE_MESSAGE]],
  });
  assert.deepEqual(await submit(ADVISED), { submitted: { ...REQUEST, Email: "ann@localhost" }, ...fine });
});

test("tRPC: a procedure takes drafts and works with requests", async () => {
  const { procedure, router, createCallerFactory } = initTRPC.create();
  const { book } = createCallerFactory(router({ book: procedure.input(schema).mutation(({ input }) => input) }))({});
  assert.deepEqual(await book(DRAFT), REQUEST);
  assert.equal((await book(ADVISED)).Email, "ann@localhost");
  await assert.rejects(book(WRONG), (error) => {
    assert.ok(error instanceof TRPCError);
    assert.equal(error.code, "BAD_REQUEST");
    assert.deepEqual(
      error.cause.issues.map(({ path, message }) => [path.join("."), message]),
      [
        ["Email", EMAIL_MESSAGE],
        ["Address.Postcode", POSTCODE_MESSAGE],
      ],
    );
    return true;
  });
});

test("option strict makes an error of advice about a phone number", async () => {
  await loadPhones();
  const landline = { ...DRAFT, Mobile: "020 7946 0000" };
  assert.equal(validate(landline).value.Mobile, "2079460000");
  assert.deepEqual(
    validate(landline, null, { strict: true }).issues.map(({ code, path }) => [code, ...path]),
    [["phone_not_mobile", "Mobile"]],
  );
});
