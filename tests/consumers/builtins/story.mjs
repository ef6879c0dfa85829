/**
 * For builtins.test.mjs, in a project of its own: all that a page and a server do with the package, told step by step as
 * plain values. Nothing in a value depends on the time or on chance, so that two tellings can be compared.
 */

/** A guest as the booking system of a restaurant knows one: with a list, a record in it, and an address. */
const DRAFT = {
  Title: "Dr",
  FirstName: "Zoë",
  Surname: " O’Brien ",
  Email: "zoe@example.com",
  MobileCountryCode: 44,
  Mobile: "07400 123456",
  Birthday: "1990-05-31",
  IsVip: true,
  CustomerCodes: [11, "13"],
  CustomerType: { Id: 2, Name: "Corporate" },
  Comments: 'a\r\nb “c” \\ "d"',
  Address: { Street: "1 High Street", Town: " Bath ", Postcode: "BA1 1AA" },
};
const CONSENT = "ReceiveRestaurantEmailMarketing";
const GUEST = { Surname: "Lee", Email: "lee@example.com", Mobile: "+44 7400 123456", Address: { Town: "Bath" } };
const JSON_OF_GUEST =
  '{"Surname":"Moon","Email":"moon@example.com","Mobile":"+44 7400 654321","Address":{"Town":"Bath"}}';
const SETUP = {
  LegalDrinkingAge: 18,
  Titles: ["Dr"],
  CustomerCodes: [
    { Id: 11, Name: "Regular" },
    { Id: 12, Name: "Window" },
    { Id: 13, Name: "Press" },
  ],
  CustomFields: [{ Name: "Field1", Label: "Diet", IsRequired: false }],
  GroupEmailMarketingOptInText: "<b>News</b> by",
  RestaurantEmailMarketingOptInText: "Yes, <i>mail</i> me",
};
const OPTIONS = { today: "2026-11-29" };

/** What has a toJSON of its own class, which is the class's word for what it is. */
class Codes {
  #codes;
  constructor(...codes) {
    this.#codes = codes;
  }
  toJSON() {
    return this.#codes;
  }
}

class Guest {
  toJSON() {
    return DRAFT;
  }
}

/** A record that does not take the short cut into the module. */
const withoutPrototype = (record) => Object.assign(Object.create(null), record);

function formData(record) {
  const data = new FormData();
  for (const name of Reflect.ownKeys(record)) data.append(name, record[name]);
  return data;
}

/** What a create answers, without what is made anew each time. */
const withoutCapability = ({ Capability, ...customer }) => ({ ...customer, isOpen: Boolean(Capability) });

/** An error as plain values. */
function told(error) {
  const { name, message, code, outcome, status, issues, unmapped } = error;
  return { name, message, code, outcome, status, issues, unmapped };
}

/** The result of a step: what it returns or what it throws. */
async function outcome(step) {
  try {
    return { value: await step() };
  } catch (error) {
    return { error: told(error) };
  }
}

/**
 * Loads the package. Resolves to `tell`, which resolves to the outcome of each step by its name. `api` and `gateway` are
 * the addresses of a stand-in, reached over HTTP; `credentials` are those of its account; `Request` is the platform's.
 */
export async function open({ api, gateway, credentials, microsite, Request }) {
  const [dinerkit, { createStandIn }, { createGateway, ...ofGateway }] = await Promise.all(
    ["dinerkit", "dinerkit/testing", "dinerkit/gateway"].map((name) => import(name)),
  );
  const { consentReceipts, CustomerClient, CustomerForm, customerSchema, ...rules } = dinerkit;
  await Promise.all([dinerkit.init(), dinerkit.loadPhones(), dinerkit.loadPhoneFormats(), ofGateway.init()]);

  /** Asks the rules. */
  function* ofRules() {
    const setup = SETUP;
    const options = { ...OPTIONS, setup };
    yield ["checkCustomer", () => rules.checkCustomer(DRAFT, options)];
    yield ["checkCustomer without a Setup", () => rules.checkCustomer(DRAFT, OPTIONS)];
    yield ["checkCustomer with the default options", () => rules.checkCustomer(DRAFT)];
    yield ["checkCustomer of JSON", () => rules.checkCustomer(withoutPrototype(DRAFT), options)];
    yield [
      "checkCustomer with mistakes",
      () =>
        rules.checkCustomer({ ...DRAFT, Surname: "", Email: "a", CustomerCodes: ["x"], Address: { Town: 7 } }, options),
    ];
    yield [
      "checkCustomer with a class's toJSON",
      () => rules.checkCustomer({ ...DRAFT, CustomerCodes: new Codes(11, 12) }, options),
    ];
    yield ["checkCustomer of a class with toJSON", () => rules.checkCustomer(new Guest(), options)];
    yield [
      "checkCustomer with boxed values",
      () =>
        rules.checkCustomer(
          { ...DRAFT, Surname: Object("Lee"), MobileCountryCode: Object(44), IsVip: Object(false) },
          options,
        ),
    ];
    yield [
      "checkCustomer with limits",
      () => rules.checkCustomer(DRAFT, { ...options, limits: { Comments: 3 }, strict: true }),
    ];
    yield ["checkCustomer with an option by mistake", () => rules.checkCustomer(DRAFT, { tody: "2026-11-29" })];
    yield [
      "checkCustomer with a function by mistake",
      () => rules.checkCustomer({ ...DRAFT, CustomerCodes: [() => 1] }, options),
    ];
    yield [
      "checkCustomer with a hole",
      () => rules.checkCustomer({ ...DRAFT, CustomerCodes: Object.assign([11], { 2: 13 }) }, options),
    ];
    yield [
      "checkCustomer with a member of null",
      () => rules.checkCustomer({ ...DRAFT, CustomerCodes: null, CustomerType: undefined }, options),
    ];
    yield [
      "checkCustomer of FormData",
      () => rules.checkCustomer(formData({ Surname: "Lee", "Address.Town": "Bath", Email: "a@example.com" }), options),
    ];
    yield ["checkField of a list", () => rules.checkField("CustomerCodes", [11, 99], options)];
    yield ["checkField of a text", () => rules.checkField("Surname", "", options)];
    yield ["inspectPhone", () => [rules.inspectPhone(44, "07400 123456"), rules.inspectPhone("44", "nobody")]];
    yield ["formatPhone", () => rules.formatPhone(44, "07400123456")];
    yield ["inspectEmail", () => [rules.inspectEmail("a@b.example"), rules.inspectEmail("a@gmial.com")]];
    yield ["inspectDate", () => rules.inspectDate("1990-05-31", OPTIONS)];
    yield ["callingCodes", () => rules.callingCodes()];
    yield ["optInNodes", () => rules.optInNodes(setup.GroupEmailMarketingOptInText)];
    yield ["fields", () => rules.fields(setup)];
    yield ["buildInfo", () => rules.buildInfo()];
    yield ["a Standard Schema", () => customerSchema(setup, OPTIONS)["~standard"].validate(DRAFT)];
    yield [
      "a Standard Schema with mistakes",
      () => customerSchema(setup, OPTIONS)["~standard"].validate({ Email: "a" }),
    ];
  }

  /** Fills in a form. */
  function* ofForm({ state }) {
    const setup = SETUP;
    const { Surname, CustomerCodes, Address, ...others } = DRAFT;
    yield ["CustomerForm", () => (state.form = new CustomerForm({ draft: others, setup })).check()];
    yield ["CustomerForm.set", () => state.form.set({ Surname, CustomerCodes, "Address.Town": Address.Town })];
    yield ["CustomerForm.set of a list", () => state.form.set("CustomerCodes", [12])];
    yield [
      "CustomerForm.get",
      () => ["CustomerCodes", "CustomerType", "Address.Town", "IsVip"].map((name) => state.form.get(name)),
    ];
    yield ["CustomerForm.snapshot", () => state.form.snapshot()];
    yield ["CustomerForm.request", () => (state.request = state.form.request())];
    yield [
      "CustomerForm.setServerIssues",
      () => (
        state.form.setServerIssues([{ code: "refused", path: ["Email"], params: {}, severity: "error", message: "" }]),
        state.form.check()
      ),
    ];
    yield [
      "consentReceipts",
      () =>
        consentReceipts(
          { ...DRAFT, [CONSENT]: true, RestaurantEmailMarketingOptInText: setup.RestaurantEmailMarketingOptInText },
          { locale: "en", time: "2026-11-29T12:00:00Z" },
        ),
    ];
  }

  /** Runs every operation of the client at the API itself, by the platform's fetch. */
  function* atApi({ state }) {
    const options = { baseUrl: api, microsite, credentials, totalTimeoutMs: 5000 };
    yield ["CustomerClient", () => void (state.client = new CustomerClient(options))];
    yield ["setup", () => state.client.setup()];
    yield ["create", () => state.client.create(DRAFT)];
    yield ["create of a form's request", () => state.client.create(state.request)];
    yield ["get", () => state.client.get(1001)];
    yield ["update", () => state.client.update(1001, { ...DRAFT, CustomerCodes: [12] })];
    yield [
      "edit",
      () => state.client.edit(1001, { CustomerCodes: [11, 12], Address: { Town: "Wells" } }, { appendComment: "e" }),
    ];
    yield ["edit with a mistake", () => state.client.edit(1001, { CustomerCodes: "x" })];
    yield ["merge", () => state.client.merge({ into: 1001, from: [1002] })];
    // The stand-in asks for a pause first.
    yield ["unsubscribe", () => state.client.unsubscribe({ ids: [1001], mode: "Email", ipAddress: "192.0.2.1" })];
    // The connection breaks first.
    yield ["scheduleDeletion that breaks", () => state.client.scheduleDeletion([1001])];
    yield ["scheduleDeletion", () => state.client.scheduleDeletion([1001])];
    yield ["raw", () => state.client.raw("GET", "Customer/1001")];
    yield ["a create that is refused", () => state.client.create({ ...DRAFT, Email: "a" })];
    yield [
      "safe",
      async () => {
        const { ok, error } = await state.client.safe.get(9999);
        return [ok, told(error)];
      },
    ];
    yield [
      "calls that wait for another",
      () => Promise.all([1, 2, 3].map((count) => state.client.edit(1001, { Company: `Oak ${count}` }))),
    ];
    yield ["an abort", () => state.client.get(1001, { signal: AbortSignal.abort() })];
    yield ["free", () => state.client.free()];
  }

  /** Asks a gateway elsewhere, as a page does by the platform's fetch. */
  function* atGateway({ state }) {
    const options = { baseUrl: gateway, microsite, idempotencyKeys: true, totalTimeoutMs: 5000 };
    yield ["a page's client", () => void (state.page = new CustomerClient(options))];
    yield ["a page's Setup", () => state.page.setup()];
    yield [
      "a page's create",
      async () => withoutCapability(await state.page.create(GUEST, { idempotencyKey: "a-key-of-the-story" })),
    ];
    yield [
      "a page's create again",
      async () => withoutCapability(await state.page.create(GUEST, { idempotencyKey: "a-key-of-the-story" })),
    ];
    yield [
      "a page's create that the gateway refuses",
      () => state.page.raw("POST", "Customer", { Surname: 7, CustomerCodes: [1] }),
    ];
  }

  /** Runs a gateway in this realm, which asks the API by the platform's fetch. */
  function* asGateway({ state }) {
    const site = `https://booking.example/api/ConsumerApi/v1/Restaurant/${microsite}/`;
    const own = (path, init) => state.gateway.fetch(new Request(site + path, init));
    const answer = async (response) => [
      response.status,
      (await response.text()).replaceAll(/value="[\w.-]{20,}"/g, ""),
    ];
    const json = (path, body, more) =>
      own(path, { method: "POST", headers: { "Content-Type": "application/json", ...more }, body }).then(answer);
    const options = { upstream: api, credentials, microsites: [microsite], publicUrl: "https://booking.example" };
    const capabilityKeys = [{ id: "k", secret: "a secret of the story, for this test" }];
    yield [
      "createGateway",
      () => void (state.gateway = createGateway({ ...options, capabilityKeys, clientAddress: () => "192.0.2.1" })),
    ];
    yield ["createGateway with a mistake", () => createGateway({ ...options, microsite: "x" })];
    yield ["the gateway's Setup", async () => answer(await own("Customers/Setup"))];
    const create = async () => {
      const [status, text] = await json("Customer", JSON_OF_GUEST, { "Idempotency-Key": "another-key" });
      return [status, text.replace(/"Capability":"[^"]*"/, "")];
    };
    yield ["the gateway's create", create];
    yield ["the gateway's create again", create];
    yield ["the gateway's refusal", () => json("Customer", '{"Surname":"Lee","Email":"a","CustomerCodes":[1]}')];
    yield ["the gateway's form", async () => answer(await own("form?lang=de"))];
    yield [
      "the gateway's form, posted with a mistake",
      async () => {
        const headers = { Origin: "https://booking.example", "Content-Type": "application/x-www-form-urlencoded" };
        return answer(await own("form", { method: "POST", headers, body: "Surname=&Email=a" }));
      },
    ];
    yield ["a capability", () => state.gateway.capability({ microsite, id: 1001 }).length > 20];
    yield [
      "a client with a fetch of its own",
      () =>
        new CustomerClient({
          baseUrl: "https://booking.example",
          microsite,
          fetch: (request) => state.gateway.fetch(request),
        }).setup(),
    ];
  }

  /** Runs a stand-in in this realm. */
  function* asStandIn({ state }) {
    yield ["createStandIn", async () => void (state.standIn = await createStandIn())];
    yield ["a stand-in's create", () => new CustomerClient(state.standIn.clientOptions).create(DRAFT)];
    yield ["a stand-in's customers", () => state.standIn.customers];
    yield ["a stand-in's requests", () => state.standIn.requests.map(({ body, status }) => [body, status])];
  }

  return async function tell() {
    const scene = { state: {} };
    const outcomes = new Map();
    for (const steps of [ofRules, ofForm, atApi, atGateway, asGateway, asStandIn]) {
      for (const [name, step] of steps(scene)) outcomes.set(name, await outcome(step));
    }
    return outcomes;
  };
}
