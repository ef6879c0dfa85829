/**
 * For operators whose remote API calls the parts of a Setup by other names: the gateway is told once, and rules, client
 * and form see the package's own names. Environment: TARBALL.
 */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Project } from "../support/project.mjs";

const MICROSITE = "oak-and-salt";
const NAMES = {
  setupMicrositeName: "Site",
  setupName: "DisplayName",
  setupTitles: "Salutations",
  setupCustomFields: "Questions",
  customFieldName: "Key",
  customFieldLabel: "Text",
  customFieldIsRequired: "Mandatory",
  setupGroupEmailText: "GroupEmailWords",
  setupGroupSmsText: "GroupSmsWords",
  setupRestaurantEmailText: "RestaurantEmailWords",
  setupRestaurantSmsText: "RestaurantSmsWords",
  setupLegalDrinkingAge: "MinimumAge",
};
const THEIRS = {
  Site: MICROSITE,
  DisplayName: "Oak & Salt",
  Salutations: ["Ms", "Mr"],
  Questions: [{ Key: "Field1", Text: "Diet", Mandatory: true }],
  GroupEmailWords: "By e-mail",
  GroupSmsWords: "By text",
  RestaurantEmailWords: "By our e-mail",
  RestaurantSmsWords: "By our text",
  MinimumAge: 18,
};
const OURS = {
  MicrositeName: MICROSITE,
  Name: "Oak & Salt",
  Titles: ["Ms", "Mr"],
  CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: true }],
  GroupEmailMarketingOptInText: "By e-mail",
  GroupSmsMarketingOptInText: "By text",
  RestaurantEmailMarketingOptInText: "By our e-mail",
  RestaurantSmsMarketingOptInText: "By our text",
  LegalDrinkingAge: 18,
};
const GUEST = {
  Surname: "Lee",
  Email: "ann@example.com",
  MobileCountryCode: 44,
  Mobile: "7700900123",
  ReceiveEmailMarketing: true,
  GroupEmailMarketingOptInText: "By e-mail",
};

const project = await Project.install();
const { CustomerClient, fields } = await project.dinerkit();
const { createStandIn } = await project.import("dinerkit/testing");

describe("names of a Setup", () => {
  let standIn;
  let client;
  before(async () => {
    standIn = await createStandIn({
      microsites: { [MICROSITE]: { setup: { ...OURS, Colour: "green" } } },
      names: NAMES,
    });
    client = new CustomerClient(standIn.pageOptions);
  });

  it("become ours in a client that asks the remote API itself, and unknown members stay", async () => {
    const direct = new CustomerClient(standIn.clientOptions);
    const { CustomerCodes, CustomerTypes, ...setup } = await direct.setup();
    assert.deepEqual(setup, { Colour: "green", ...OURS });
    const theirs = { ...THEIRS, Colour: "green", CustomerCodes, CustomerTypes };
    assert.deepEqual(await direct.raw("GET", "Customers/Setup"), theirs);
  });

  it("are ours in what a gateway gives a guest", async () => {
    const { OptInNodes, ...setup } = await client.setup();
    assert.deepEqual(setup, OURS);
    assert.deepEqual(
      Object.entries(OptInNodes).map(([name, [{ text }]]) => [name, text]),
      Object.keys(OptInNodes).map((name) => [name, OURS[name]]),
    );
    assert.equal(Object.keys(OptInNodes).length, 4);
  });

  it("are ours where fields() reads the restaurant's own questions", async () => {
    const custom = fields(await client.setup()).filter(({ isCustom }) => isCustom);
    assert.deepEqual(
      custom.map(({ name, label, required }) => ({ name, label, required })),
      [{ name: "Field1", label: "Diet", required: "always" }],
    );
  });

  it("let the gateway check a guest by the Setup, and create", async () => {
    const { error } = await client.safe.create(GUEST);
    assert.deepEqual(
      error.issues.map(({ code, path }) => [code, path]),
      [["required", ["Field1"]]],
    );
    const customer = await client.create({ ...GUEST, Field1: "vegan" });
    assert.deepEqual([customer.Id, customer.Field1], [standIn.customers[0].Id, "vegan"]);
  });

  it("let the gateway's form ask the restaurant's own question", async () => {
    const page = await standIn.fetch(`${standIn.gatewayUrl}api/ConsumerApi/v1/Restaurant/${MICROSITE}/form`);
    const html = await page.text();
    assert.equal(page.status, 200);
    assert.ok(html.includes("Diet") && html.includes("By e-mail"));
  });
});
