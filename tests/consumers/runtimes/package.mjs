/** For whoever imports the package itself outside a browser: rules, phone numbers and client, in every runtime. */
import assert from "node:assert/strict";
import init, {
  checkCustomer,
  CustomerClient,
  CustomerForm,
  inspectPhone,
  loadPhoneFormats,
  loadPhones,
  ValidationError,
} from "dinerkit";
import { describe, it } from "./cases.mjs";

const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };

await init();

const connect = ({ SANDBOX_URL: baseUrl, SANDBOX_USERNAME: username, SANDBOX_PASSWORD: password }) =>
  new CustomerClient({ baseUrl, microsite: "oak-and-salt", credentials: { username, password } });

describe("the package", () => {
  it("knows the rules", () => {
    assert.deepEqual(checkCustomer(GUEST), {
      value: { Surname: "Lee", Email: "a@b.example", MobileCountryCode: 44, Mobile: "7700900123" },
      issues: [],
    });
    assert.equal(checkCustomer({ ...GUEST, Email: "nobody@" }).issues[0].code, "email_invalid");
    // The platform's own Unicode: composed letters, and a domain in its ASCII form.
    const { value } = checkCustomer({ ...GUEST, Surname: "Gu\u0308n", Email: "a@bu\u0308cher.example" });
    assert.deepEqual([value.Surname, value.Email], ["G\u00fcn", "a@xn--bcher-kva.example"]);
  });

  it("brings its tables of phone numbers", async () => {
    await Promise.all([loadPhones(), loadPhoneFormats()]);
    const { verdict, e164 } = inspectPhone("44", "07400 123456");
    assert.deepEqual([verdict, e164], ["valid", "+447400123456"]);
    assert.equal(inspectPhone("44", "07400 1234567").verdict, "impossible");
  });

  it("keeps a form", () => {
    const form = new CustomerForm({ draft: GUEST });
    assert.deepEqual(form.request(), checkCustomer(GUEST).value);
  });

  it("creates, reads and edits a customer", async ({ settings }) => {
    const client = connect(settings);
    const { Id } = await client.create(GUEST);
    await client.edit(Id, { Surname: "Li" });
    const { Surname, Mobile } = await client.get(Id);
    assert.deepEqual([Surname, Mobile], ["Li", "7700900123"]);
    client.free();
  });

  it("says what became of a write", async ({ settings }) => {
    await assert.rejects(connect(settings).create({ ...GUEST, Email: "nobody@" }), (error) => {
      assert.ok(error instanceof ValidationError);
      assert.deepEqual(
        [error.outcome, error.issues[0].path.join("."), error.message.includes("nobody")],
        ["notSent", "Email", false],
      );
      return true;
    });
    const aborted = connect(settings).create(GUEST, { signal: AbortSignal.abort() });
    await assert.rejects(aborted, { name: "AbortError", outcome: "notSent" });
    const missing = connect(settings).get(2_147_483_647);
    await assert.rejects(missing, { name: "HttpError", status: 404 });
  });
});
