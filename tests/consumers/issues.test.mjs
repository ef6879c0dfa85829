/**
 * For whoever shows a guest what is wrong: what the gateway's rules find comes to the page as the same issue, and is said
 * in the guest's language with JavaScript and without. Environment: TARBALL.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { HOST, importPacked, MICROSITE, openGateway, pageUrl } from "../support/gateway.mjs";
import { Project } from "../support/project.mjs";

const GUEST = {
  Surname: "Lee",
  Email: "ann@example.com",
  MobileCountryCode: 44,
  Mobile: "7700900123",
  Field1: "vegan",
};
const SETUP = {
  Name: "Oak & Salt",
  CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: true }],
  GroupEmailMarketingOptInText: "By e-mail",
  LegalDrinkingAge: 18,
};
/** A yes to words that are not the restaurant's. */
const OTHER_WORDS = { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: "By pigeon" };

/** What a client that has not seen the Setup sends, and the one issue that comes back. */
const REFUSALS = [
  [{ Field1: "" }, { code: "required", path: ["Field1"], params: {} }],
  [{ Field2: "blue" }, { code: "not_configured", path: ["Field2"], params: {} }],
  [OTHER_WORDS, { code: "consent_text_missing", path: ["ReceiveEmailMarketing"], params: {} }],
  [
    { Birthday: "2020-01-01", IsDrinkingAge: true },
    { code: "drinking_age_contradiction", path: ["IsDrinkingAge"], params: { age: 18 } },
  ],
  [{ IsVip: true }, { code: "not_writable", path: ["IsVip"], params: {} }],
];

const project = await Project.install();

describe("issues from a gateway", () => {
  let packed;
  let gateway;
  let client;
  before(async () => {
    packed = await importPacked(project);
    gateway = await openGateway(packed, SETUP);
    client = new packed.CustomerClient({
      baseUrl: HOST,
      microsite: MICROSITE,
      fetch: (request) => gateway.fetch(request),
    });
  });

  /** An issue without its English. */
  const facts = ({ code, path, params, severity }) => ({ code, path, params, severity });

  for (const [more, expected] of REFUSALS) {
    it(`come back as they were found: ${expected.code}`, async () => {
      const { error } = await client.safe.create({ ...GUEST, ...more });
      assert.deepEqual(error.issues.map(facts), [{ ...expected, severity: "error" }]);
      const { issues } = packed.checkCustomer({ ...GUEST, ...more }, { setup: SETUP });
      // Whose fields are whose, and which words are the restaurant's own, only the gateway knows.
      const isGateways = ["not_writable", "consent_text_missing"].includes(expected.code);
      assert.deepEqual(issues, isGateways ? [] : error.issues);
    });
  }

  const WORDING = { GroupEmailMarketingOptInText: "By e-mail" };
  /** A draft as it was typed, which a widget without its rules sends. */
  const TYPED = {
    ...{
      Title: "",
      Surname: "  Lee ",
      Email: " ann@bücher.example ",
      MobileCountryCode: "+44",
      Mobile: "07700 900123",
    },
    ...{ Field1: " nuts ", Address: { Town: " Bath ", Postcode: "" }, ReceiveEmailMarketing: true, ...WORDING },
  };

  /** Posts a draft as the widget does. */
  const post = (to, draft, key = crypto.randomUUID()) =>
    to.fetch(
      new Request(pageUrl("Customer"), {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: JSON.stringify(draft),
      }),
    );

  it("come to a widget without rules with field, code and params", async () => {
    for (const [more, { code, path, params }] of REFUSALS) {
      const answer = await post(gateway, { ...TYPED, ...more });
      const { ValidationErrors } = await answer.json();
      assert.equal(answer.status, 400);
      const [{ PropertyName, ErrorMessage, Code, Params }] = ValidationErrors;
      assert.deepEqual([PropertyName, Code, Params], [path.join("."), code, params]);
      assert.ok(ErrorMessage);
    }
  });

  it("are none for a draft as typed, which creates what the rules would have made of it", async () => {
    const setup = await (await gateway.fetch(new Request(pageUrl("Customers/Setup")))).json();
    assert.deepEqual(setup.OptInNodes, { GroupEmailMarketingOptInText: [{ text: "By e-mail" }] });
    // The rules take the gateway's Setup as it is.
    const { value, issues } = packed.checkCustomer(TYPED, { setup });
    assert.deepEqual(issues, []);
    for (const [first, second] of [
      [TYPED, value],
      [value, TYPED],
    ]) {
      const created = [];
      const answer = async (request) => {
        created.push(await request.json());
        return Response.json({ ...created.at(-1), Id: 7 });
      };
      const own = await openGateway(packed, SETUP, { answer });
      const key = crypto.randomUUID();
      const answers = [await post(own, first, key), await post(own, second, key)];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      );
      assert.equal(created.length, 1, "the same create");
      assert.deepEqual(created[0], value);
    }
  });

  it("are read from a gateway alone: the vendor's answer is read by its words", async () => {
    const entry = { PropertyName: "Field1", ErrorMessage: "no", Code: "required", Params: {} };
    const answer = (headers) => Response.json({ Message: "x", ValidationErrors: [entry] }, { status: 400, headers });
    for (const [headers, code] of [
      [{}, "refused"],
      [{ "Dinerkit-Version": "9.9.9" }, "required"],
    ]) {
      const fetch = async () => answer(headers);
      const direct = new packed.CustomerClient({ baseUrl: HOST, microsite: MICROSITE, token: "token", fetch });
      const { error } = await direct.safe.create(GUEST);
      assert.deepEqual(
        error.issues.map(({ code, path }) => [code, path]),
        [[code, ["Field1"]]],
      );
    }
  });

  it("are said in the guest's language by the widget's words and on the gateway's page", async () => {
    const { error } = await client.safe.create({ ...GUEST, Field1: "" });
    const entries = Object.entries(packed.locales);
    assert.equal(entries.length, 14);
    const posted = { ...GUEST, Field1: "", "Idempotency-Key": "8e03978e-40d5-43e8-bc93-6894a57f9324" };
    for (const [tag, words] of entries) {
      assert.equal(packed.message(error.issues[0], words), words.messages.required, tag);

      const url = pageUrl(`form?lang=${tag}`);
      const page = new Request(url, { method: "POST", headers: { Origin: HOST }, body: new URLSearchParams(posted) });
      const answer = await gateway.fetch(page);
      assert.equal(answer.status, 400, tag);
      const html = await answer.text();
      assert.ok(html.includes(`<html lang="${tag}"`), tag);
      assert.ok(html.includes(`>${words.messages.required.replaceAll("'", "&#39;")}</p>`), tag);
    }
  });
});
