/**
 * For whoever changes a quirk of the remote API: what its two stand-ins, the sandbox and `dinerkit/testing`, both do, as
 * their callers see it. Each case gets an API of its own, with nobody in it: its Ids count up from 1001, and its clock
 * begins at noon on 1 January 2030, UTC.
 */
import assert from "node:assert/strict";

const BASE = "/api/ConsumerApi/v1/Restaurant";
const OAK = "oak-and-salt";
const HARBOUR = "harbour-room";
const LANTERN = "little-lantern";
const AUTHENTICATE = "/api/Jwt/v2/Authenticate";
const JSON_TYPE = "application/json; charset=utf-8";
const FORM_TYPE = "application/x-www-form-urlencoded";

const DENIED = refused(401, "Authorization has been denied for this request.");
const NO_CUSTOMER = refused(404, "The customer was not found.");
const EMAIL_MISSING = ["Email", "The email address must be supplied"];
const NUMBER_MISSING = ["Mobile", "Either a mobile or a landline number must be supplied"];
const NOT_VALID = (name) => [name, `'${name}' is not valid.`];

/** A draft for the client. */
const GUEST = { FirstName: "Ada", Surname: "Lee", Email: "ada@guest.example", Mobile: "+44 7700 900123" };

/** A request that the API accepts, with `members` on top. */
const guest = (members) => ({ ...GUEST, MobileCountryCode: 44, Mobile: "7700900123", ...members });

function refused(status, Message) {
  return { status, body: { Message } };
}

function invalid(...errors) {
  const ValidationErrors = errors.map(([PropertyName, ErrorMessage]) => ({ PropertyName, ErrorMessage }));
  return { status: 400, body: { Message: "Parameter 'request' has failed validation.", ValidationErrors } };
}

const pick = (body, names) => names.map((name) => body[name]);

/** A caller of one of the two, with a token. */
export class Api {
  /**
   * `url` and `fetch` reach the API; `account` is its `{ username, password }`; `advance(seconds)` moves its clock,
   * `book(id, seconds)` gives a customer a booking, and `fail(fault)` is what `fail` of `dinerkit/testing` is.
   * `CustomerClient` is the package's; `names` are its option.
   */
  static async open(reached) {
    const api = new Api(reached);
    await api.renew();
    return api;
  }

  /** Takes a new token, after its clock was moved past the end of the last one. */
  async renew() {
    ({ Token: this.token } = (await this.signIn()).body);
  }

  constructor({ url, ...reached }) {
    Object.assign(this, reached, { url: url.replace(/\/$/, "") });
  }

  /** A request without a token: its status and the value of its body, which is undefined if there is none. */
  async raw(method, path, { body, ...headers } = {}) {
    const { status, text } = await this.whole(method, path, { body, ...headers });
    return { status, body: text === "" ? undefined : JSON.parse(text) };
  }

  async whole(method, path, { body, ...headers } = {}) {
    const { fetch } = this;
    const response = await fetch(this.url + path, { method, headers, ...(body !== undefined && { body }) });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  signIn(changes) {
    const { username: Username, password: Password } = this.account;
    const body = JSON.stringify({ Username, Password, ...changes });
    return this.raw("POST", AUTHENTICATE, { body, "Content-Type": JSON_TYPE });
  }

  get authorization() {
    return `Bearer ${this.token}`;
  }

  request(method, site, path, more) {
    return this.raw(method, `${BASE}/${site}${path}`, { Authorization: this.authorization, ...more });
  }

  get(site, id) {
    return this.request("GET", site, `/Customer/${id}`);
  }

  send(method, site, path, value) {
    return this.request(method, site, path, { body: JSON.stringify(value), "Content-Type": JSON_TYPE });
  }

  post(site, path, value) {
    return this.send("POST", site, path, value);
  }

  put(site, id, value) {
    return this.send("PUT", site, `/Customer/${id}`, value);
  }

  form(method, site, path, entries) {
    const body = new URLSearchParams(entries).toString();
    return this.request(method, site, path, { body, "Content-Type": FORM_TYPE });
  }

  /** Creates a customer with these members and what the API insists on; returns the Id. */
  async create(site, members) {
    const { status, body } = await this.post(site, "/Customer", guest(members));
    assert.equal(status, 200, JSON.stringify(body));
    return body.Id;
  }

  /** A client of the package that asks the API itself. */
  client(options) {
    const { url: baseUrl, fetch, account: credentials, names } = this;
    const own = { baseUrl, microsite: OAK, credentials, fetch, ...(names && { names }) };
    return new this.CustomerClient({ ...own, ...options });
  }
}

/** A caller of `dinerkit/testing`, whose fetch may be held to something, and whose names may be others. */
export async function standInOf(createStandIn, CustomerClient, { hold = (fetch) => fetch, names } = {}) {
  const standIn = await createStandIn({ now: () => Date.UTC(2030, 0, 1, 12), ...(names && { names }) });
  return Api.open({
    CustomerClient,
    names,
    url: standIn.apiUrl,
    fetch: hold(standIn.fetch),
    account: standIn.clientOptions.credentials,
    advance: (seconds) => standIn.advance(seconds),
    book: (id, seconds) => standIn.book(id, seconds),
    fail: (fault) => standIn.fail(fault),
  });
}

/** The cases of the API, by their names. */
export const CASES = {
  async "token is issued again until five minutes before its end"(api) {
    const { body: first } = await api.signIn();
    assert.deepEqual(pick(first, ["Status", "TokenExpiryUtc"]), ["Success", "2030-01-02T12:00:00.0000000"]);
    await api.advance(86_400 - 301);
    assert.deepEqual((await api.signIn()).body, first);
    await api.advance(1);
    assert.notEqual((await api.signIn()).body.Token, first.Token);
    assert.deepEqual(await api.get(OAK, 1), NO_CUSTOMER, "the old token is still good");
    await api.advance(300);
    assert.deepEqual(await api.get(OAK, 1), DENIED, "now it is not");
  },

  async "credentials that are wrong are refused"(api) {
    const { username: Username, password: Password } = api.account;
    for (const wrong of [
      { Username, Password: "wrong" },
      { Username: "other", Password },
    ]) {
      const Fail = { Status: "Fail", Token: null, TokenExpiryUtc: null };
      assert.deepEqual(await api.signIn(wrong), { status: 200, body: Fail });
      const request = { body: JSON.stringify(wrong), "Content-Type": JSON_TYPE };
      assert.deepEqual(await api.raw("POST", "/api/Jwt/Token", request), DENIED);
    }
    const missing = invalid(["Password", "'Password' must be specified."]);
    assert.deepEqual(await api.signIn({ Password: undefined }), missing);
  },

  async "older endpoint answers a bare token"(api) {
    const body = JSON.stringify({ username: api.account.username, PASSWORD: api.account.password });
    const answer = await api.raw("POST", "/api/Jwt/Token", { body, "Content-Type": JSON_TYPE });
    assert.deepEqual(answer, { status: 200, body: api.token });
  },

  async "without a good token nothing is told"(api) {
    const authorizations = [undefined, "Bearer ", "Bearer x.y.z", `Bearer ${api.token}x`, "Basic c2FuZGJveA==", "x"];
    for (const Authorization of authorizations) {
      const headers = Authorization === undefined ? {} : { Authorization };
      assert.deepEqual(await api.raw("GET", `${BASE}/${OAK}/Customers/Setup`, headers), DENIED);
    }
    const { headers } = await api.whole("GET", `${BASE}/${OAK}/Customers/Setup`);
    assert.equal(headers.get("www-authenticate"), "Bearer");
  },

  async "setups of the restaurants"(api) {
    const setup = async (site) => {
      const { status, body } = await api.request("GET", site, "/Customers/Setup");
      assert.deepEqual([status, body.MicrositeName], [200, site]);
      return body;
    };
    const oak = await setup(OAK);
    assert.match(oak.RestaurantEmailMarketingOptInText, /<strong>Oak &amp; Salt<\/strong> by:$/);
    const others = ["Name", "Titles", "LegalDrinkingAge", "CustomFields"];
    assert.deepEqual(pick(oak, others), ["Oak & Salt", ["Mr", "Mrs", "Ms", "Miss", "Mx", "Dr"], 18, []]);
    assert.deepEqual(oak.CustomerCodes.at(-1), { Id: 13, Name: "Local press" });
    const harbour = await setup(HARBOUR);
    assert.deepEqual(harbour.CustomFields, [
      { Name: "Field1", Label: "Dietary needs", IsRequired: false },
      { Name: "Field2", Label: "How did you hear about us?", IsRequired: true },
    ]);
    assert.equal(harbour.GroupEmailMarketingOptInText, oak.GroupEmailMarketingOptInText);
    assert.equal(harbour.RestaurantSmsMarketingOptInText, null);
    assert.deepEqual(await setup(LANTERN), {
      Name: "Little Lantern",
      Titles: [],
      CustomerCodes: [],
      CustomerTypes: [],
      GroupEmailMarketingOptInText: null,
      GroupSmsMarketingOptInText: null,
      RestaurantEmailMarketingOptInText: null,
      RestaurantSmsMarketingOptInText: null,
      LegalDrinkingAge: null,
      CustomFields: [],
      MicrositeName: LANTERN,
    });
  },

  async "customer is created, and read in its group only"(api) {
    const id = await api.create(OAK, { Birthday: "1990-05-01", HasDeclinedEmail: true, IpAddress: "192.0.2.1" });
    assert.equal(id, 1001);
    const { status, body } = await api.get(HARBOUR, id);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      Id: 1001,
      Title: "",
      FirstName: "Ada",
      Surname: "Lee",
      Company: "",
      Department: null,
      Email: "ada@guest.example",
      MobileCountryCode: 44,
      Mobile: "7700900123",
      PhoneCountryCode: 0,
      Phone: "",
      IsVip: false,
      ReceiveEmailMarketing: false,
      ReceiveSmsMarketing: false,
      Comments: null,
      Birthday: "1990-05-01T00:00:00.0000000",
      Anniversary: null,
      IsDrinkingAge: null,
      MembershipId: "",
      Field1: null,
      Field2: null,
      Field3: null,
      Field4: null,
      Field5: null,
      IsBlocked: false,
      CustomerCodes: [],
      CreatedDateTime: "2030-01-01T12:00:00.0000000Z",
      GroupEmailMarketingOptInText: "",
      GroupSmsMarketingOptInText: "",
      ReceiveRestaurantEmailMarketing: false,
      ReceiveRestaurantSmsMarketing: false,
      RestaurantEmailMarketingOptInText: null,
      RestaurantSmsMarketingOptInText: null,
      PortalUserId: null,
      // Only answers carry it.
      HasDeclinedEmail: null,
      Rank: null,
      Address: null,
      CustomerType: null,
      // IpAddress is missing: only requests carry it.
    });
    assert.deepEqual(await api.get(LANTERN, id), NO_CUSTOMER);
    assert.deepEqual(await api.get(OAK, id + 1), NO_CUSTOMER);
    assert.equal(await api.create(OAK), id + 1, "the same e-mail address again");
  },

  async "values are read back as the API shows them"(api) {
    for (const [member, sent, read] of [
      ["Birthday", "2024-02-29", "2024-02-29T00:00:00.0000000"],
      ["Birthday", "2024-02-29T00:00:00", "2024-02-29T00:00:00.0000000"],
      ["Anniversary", "2024-02-29T00:00:00.0000000", "2024-02-29T00:00:00.0000000"],
      ["Birthday", "1990-05-01T00:00:00+02:00", "1990-04-30T00:00:00.0000000"],
      ["Birthday", "9999-12-31T23:00:00-05:00", "9999-12-31T00:00:00.0000000"],
      ["MobileCountryCode", "44", 44],
      ["MobileCountryCode", "+44", 44],
      ["MobileCountryCode", "0044", 44],
      ["Comments", "first", "first"],
      ["Title", null, ""],
      ["Address", { Town: "Leith" }, { Town: "Leith" }],
      ["CustomerType", { Id: 1, Name: "Guest" }, { Id: 1, Name: "Guest" }],
    ]) {
      const { body } = await api.post(OAK, "/Customer", guest({ [member]: sent }));
      assert.deepEqual(body[member], read, `${member} ${JSON.stringify(sent)}`);
    }
  },

  async "values of the wrong type are refused without being repeated"(api) {
    for (const [members, property] of [
      [{ Birthday: "2023-02-29" }, "Birthday"],
      [{ Birthday: "29/02/2024" }, "Birthday"],
      [{ IsVip: "do not repeat me" }, "IsVip"],
      [{ IsVip: null }, "IsVip"],
      [{ MobileCountryCode: 2_147_483_648 }, "MobileCountryCode"],
      [{ CustomerCodes: [1, "do not repeat me"] }, "CustomerCodes.1"],
      [{ Mobile: 7_700_900_123, Phone: "1" }, "Mobile"],
      [{ Address: { Postcode: 1 } }, "Address"],
    ]) {
      const answer = await api.post(OAK, "/Customer", guest(members));
      assert.deepEqual(answer, invalid(NOT_VALID(property)), JSON.stringify(members));
    }
  },

  async "what the API insists on"(api) {
    const id = await api.create(OAK);
    const before = await api.get(OAK, id);
    for (const [body, expected] of [
      [{ Comments: "x" }, invalid(EMAIL_MISSING, NUMBER_MISSING)],
      [guest({ Email: null }), invalid(EMAIL_MISSING)],
      [guest({ Email: "" }), invalid(EMAIL_MISSING)],
      [guest({ Mobile: "" }), invalid(NUMBER_MISSING)],
      [[1], invalid(NOT_VALID("request"))],
    ]) {
      assert.deepEqual(await api.put(OAK, id, body), expected, `PUT ${JSON.stringify(body)}`);
      assert.deepEqual(await api.post(OAK, "/Customer", body), expected, `POST ${JSON.stringify(body)}`);
    }
    const landline = { Email: "a@b.example", Phone: "1" };
    assert.deepEqual(await api.put(OAK, id + 1, landline), NO_CUSTOMER);
    assert.deepEqual(await api.get(OAK, id), before, "nothing was written");
    assert.equal((await api.post(OAK, "/Customer", landline)).body.Id, id + 1, "nothing was created");
  },

  async "update replaces the whole record but appends comments"(api) {
    const id = await api.create(OAK, {
      Company: "Works",
      Comments: "old",
      CustomerCodes: [11],
      Address: { Town: "Leith" },
      ReceiveEmailMarketing: true,
    });
    const { body: replaced } = await api.put(OAK, id, guest({ Comments: "new", Id: 9, IsBlocked: true }));
    const cleared = ["Company", "CustomerCodes", "Address", "ReceiveEmailMarketing", "Id", "IsBlocked", "Comments"];
    assert.deepEqual(pick(replaced, cleared), ["", [], null, false, id, false, "old\r\nnew"]);
    for (const [sent, append, comments] of [
      ["again", true, "old\r\nnew\r\nagain"],
      [null, undefined, "old\r\nnew\r\nagain"],
      ["only", false, "only"],
      ["", undefined, "only\r\n"],
      ["", false, null],
      ["leading blank line", undefined, "\r\nleading blank line"],
      [null, false, null],
    ]) {
      const options = append === undefined ? {} : { CustomerOptions: { AppendComments: append } };
      const { body } = await api.put(OAK, id, guest({ Comments: sent, ...options }));
      assert.equal(body.Comments, comments, JSON.stringify([sent, append]));
      assert.deepEqual((await api.get(OAK, id)).body, body, "the echo is the record");
    }
  },

  async "custom fields are set only where they are configured"(api) {
    const id = await api.create(OAK, { Field1: "nuts" });
    assert.equal((await api.get(OAK, id)).body.Field1, null);
    const { body } = await api.put(HARBOUR, id, guest({ Field1: "nuts", Field3: "x" }));
    assert.deepEqual(pick(body, ["Field1", "Field3"]), ["nuts", null]);
    const { body: kept } = await api.put(OAK, id, guest({ Field1: "none" }));
    assert.equal(kept.Field1, "nuts", "a restaurant without the field leaves it alone");
  },

  async "form encoding"(api) {
    const form = {
      Surname: "Lee",
      email: "ada@guest.example",
      MobileCountryCode: "+44",
      Mobile: "07700900123",
      ReceiveEmailMarketing: "True",
      Comments: "first",
      "Address[Town]": "Leith",
      "CustomerCodes[0]": "11",
      "CustomerCodes[1]": "12",
      "CustomerOptions[AppendComments]": "false",
      Unknown: "1",
      PhoneCountryCode: "",
    };
    const { status, body } = await api.form("POST", OAK, "/Customer", form);
    assert.equal(status, 200, JSON.stringify(body));
    const members = ["MobileCountryCode", "Mobile", "ReceiveEmailMarketing", "Address", "CustomerCodes"];
    assert.deepEqual(pick(body, members), [44, "07700900123", true, { Town: "Leith" }, [11, 12]]);
    const path = `/Customer/${body.Id}`;
    const { body: again } = await api.form("PUT", OAK, path, form);
    assert.equal(again.Comments, "first", "replaced, not appended");
    const probe = { Email: "a@b.example", Phone: "1" };
    for (const codes of ["CustomerCodes[0]", "CustomerCodes[0][Code]", "CustomerCodes"]) {
      const answer = await api.form("PUT", OAK, path, { ...probe, [codes]: "PROBE" });
      assert.deepEqual([answer.status, answer.body.CustomerCodes], [200, []], codes);
    }
    const bad = await api.form("PUT", OAK, path, { ...probe, IsVip: "perhaps" });
    assert.deepEqual(bad, invalid(NOT_VALID("IsVip")));
    assert.equal((await api.form("POST", OAK, "/Customers/MarkForDeletion", form)).status, 415);
  },

  async "merge fills and joins, but makes no consent"(api) {
    const master = await api.create(OAK, { Comments: "a", CustomerCodes: [11, 12] });
    const others = { Comments: "b", Company: "Works", CustomerCodes: [12, 13], ReceiveEmailMarketing: true };
    const other = await api.create(HARBOUR, others);
    const foreign = await api.create(LANTERN);
    const merge = (ids) => api.post(OAK, "/Customers/Merge", { MasterCustomerId: master, CustomerIds: ids });
    const eleven = Array.from({ length: 11 }, (_, index) => other + index);
    for (const ids of [[], [other, other], eleven]) {
      assert.deepEqual(await merge(ids), invalid(NOT_VALID("CustomerIds")), JSON.stringify(ids));
    }
    const itself = "The master customer must not be among the customers to be merged.";
    assert.deepEqual(await merge([other, master]), invalid(["CustomerIds", itself]));
    assert.deepEqual(await merge([other, foreign]), NO_CUSTOMER);
    assert.equal((await api.get(OAK, other)).status, 200, "a refused merge changes nothing");

    const { status, body } = await merge([other]);
    assert.equal(status, 200);
    const merged = ["Id", "Company", "Comments", "CustomerCodes", "ReceiveEmailMarketing"];
    assert.deepEqual(pick(body, merged), [master, "Works", "a\r\nb", [11, 12, 13], false]);
    assert.deepEqual((await api.get(OAK, master)).body, body);
    assert.deepEqual(await api.get(OAK, other), NO_CUSTOMER);
    assert.deepEqual(await merge([other]), NO_CUSTOMER);
  },

  async "unsubscription withdraws the consents of its mode"(api) {
    const flags = [
      "ReceiveEmailMarketing",
      "ReceiveRestaurantEmailMarketing",
      "ReceiveSmsMarketing",
      "ReceiveRestaurantSmsMarketing",
    ];
    const consents = Object.fromEntries(flags.map((flag) => [flag, true]));
    const unsubscribe = (value) => api.post(OAK, "/Customers/Unsubscribe", value);
    for (const [MarketingCommunicationMode, expected] of [
      ["Email", [false, false, true, true]],
      ["sms", [true, true, false, false]],
      ["All", [false, false, false, false]],
      [null, [false, false, false, false]],
    ]) {
      const id = await api.create(OAK, consents);
      const answer = await unsubscribe({ CustomerIds: [id], IpAddress: "192.0.2.1", MarketingCommunicationMode });
      assert.deepEqual(answer, { status: 204, body: undefined });
      assert.deepEqual(pick((await api.get(OAK, id)).body, flags), expected, MarketingCommunicationMode);
    }
    const id = await api.create(OAK, consents);
    const before = await api.get(OAK, id);
    const unknown = ["MarketingCommunicationMode", "The marketing communication mode is not known."];
    const pigeon = { CustomerIds: [id], MarketingCommunicationMode: "Pigeon" };
    assert.deepEqual(await unsubscribe(pigeon), invalid(unknown));
    assert.deepEqual(await unsubscribe({ CustomerIds: [id, 1] }), NO_CUSTOMER);
    assert.deepEqual(await api.get(OAK, id), before, "nothing was written");
  },

  async "scheduling deletion can succeed in part"(api) {
    const [a, b] = [await api.create(OAK), await api.create(OAK)];
    const foreign = await api.create(LANTERN);
    const mark = (customerIds) => api.post(OAK, "/Customers/MarkForDeletion", { customerIds });
    const outcome = (DeletedCustomerIds, SkippedCustomerIds) => ({
      status: 200,
      body: { DeletedCustomerIds, SkippedCustomerIds },
    });
    assert.deepEqual(await mark([a, 7, foreign, a]), outcome([a], [7, foreign]));
    assert.deepEqual(await mark([a, b]), outcome([b], [a]));
    assert.deepEqual(await mark([]), outcome([], []));
    assert.equal((await api.get(OAK, a)).status, 200, "scheduled is not gone");
    assert.equal((await api.get(LANTERN, foreign)).status, 200);
  },

  async "deletion skips a customer with a booking that is still to come"(api) {
    const [booked, free] = [await api.create(OAK), await api.create(OAK)];
    await api.book(booked, 3600);
    const mark = async (...CustomerIds) => (await api.post(OAK, "/Customers/MarkForDeletion", { CustomerIds })).body;
    assert.deepEqual(await mark(booked, free), { DeletedCustomerIds: [free], SkippedCustomerIds: [booked] });
    await api.advance(3600);
    assert.deepEqual(await mark(booked), { DeletedCustomerIds: [booked], SkippedCustomerIds: [] });
  },

  async "customer scheduled for deletion stays for seven days, and is then gone"(api) {
    const [id, master] = [await api.create(OAK), await api.create(OAK)];
    const mark = () => api.post(OAK, "/Customers/MarkForDeletion", { CustomerIds: [id] });
    assert.deepEqual((await mark()).body.DeletedCustomerIds, [id]);
    await api.advance(7 * 86_400 - 1);
    await api.renew();
    assert.equal((await api.get(OAK, id)).status, 200);
    assert.equal((await api.put(OAK, id, guest({ Title: "Dr" }))).body.Title, "Dr");
    await api.advance(1);
    assert.deepEqual(await api.get(OAK, id), NO_CUSTOMER);
    assert.deepEqual(await api.put(OAK, id, guest()), NO_CUSTOMER);
    const merge = { MasterCustomerId: master, CustomerIds: [id] };
    assert.deepEqual(await api.post(OAK, "/Customers/Merge", merge), NO_CUSTOMER);
    assert.deepEqual((await mark()).body, { DeletedCustomerIds: [], SkippedCustomerIds: [id] });
    assert.equal((await api.get(OAK, master)).status, 200);
  },

  async "limit is 200 requests a minute"(api) {
    for (let request = 1; request <= 200; request += 1) assert.deepEqual(await api.get(OAK, 1), NO_CUSTOMER);
    assert.deepEqual(await api.get(OAK, 1), refused(429, "The account's request limit has been exceeded."));
    assert.equal((await api.signIn()).status, 200, "signing in is not counted");
    await api.advance(60);
    assert.deepEqual(await api.get(OAK, 1), NO_CUSTOMER);
  },

  async routes(api) {
    const id = await api.create(OAK);
    const read = (method, path) => api.raw(method, path, { Authorization: api.authorization });
    for (const path of [
      `/${BASE}/${OAK}/Customer/${id}`,
      `${BASE}/${OAK}/Customer/${id}/`,
      `${BASE}/${OAK}//Customer/${id}?api-version=1`,
      `${BASE}/oak%2Dand%2Dsalt/Customer/${id}`,
    ]) {
      assert.equal((await read("GET", path)).status, 200, path);
    }
    const noRoute = refused(404, "No resource was found that matches the request.");
    const noMicrosite = refused(404, "The restaurant was not found.");
    const noMethod = refused(405, "The requested resource does not support this method.");
    const unreadable = refused(400, "The request is invalid.");
    for (const [method, path, expected] of [
      ["GET", `${BASE}/${OAK}/Customer/${id}?email=x`, noRoute],
      ["GET", `${BASE}/${OAK}/Nothing`, noRoute],
      ["GET", "/", noRoute],
      ["GET", `${BASE}/nowhere/Customer/${id}`, noMicrosite],
      ["GET", `${BASE}/..%2F${OAK}/Customer/${id}`, noMicrosite],
      ["GET", `${BASE}/${OAK}/Customer/first`, unreadable],
      ["GET", `${BASE}/${OAK}/Customer/2147483648`, unreadable],
      ["GET", `${BASE}/%FF/Customer/1`, unreadable],
      ["DELETE", `${BASE}/${OAK}/Customer/${id}`, noMethod],
      ["GET", `${BASE}/${OAK}/Customer`, noMethod],
      ["GET", "/api/Jwt/Token", noMethod],
    ]) {
      assert.deepEqual(await read(method, path), expected, `${method} ${path}`);
    }
  },

  async "bodies that cannot be read"(api) {
    const empty = refused(400, "The 'request' parameter must be specified");
    const unreadable = refused(400, "The request is invalid.");
    const mediaType = refused(415, "The request entity's media type is not supported for this resource.");
    const tooLarge = refused(413, "Maximum request length exceeded.");
    for (const [type, body, expected] of [
      [JSON_TYPE, "{", unreadable],
      [JSON_TYPE, "{} {}", unreadable],
      [JSON_TYPE, '{"Email":"\\ud800"}', unreadable],
      [JSON_TYPE, new Uint8Array([0x22, 0xff, 0x22]), unreadable],
      [JSON_TYPE, "", empty],
      [JSON_TYPE, " \n", empty],
      [JSON_TYPE, "null", empty],
      [FORM_TYPE, "", empty],
      ["text/plain", "", empty],
      ["text/plain", "{}", mediaType],
      [JSON_TYPE, `{"Email":"${"x".repeat(2 ** 20)}"}`, tooLarge],
      [JSON_TYPE, "x".repeat(2 ** 22), tooLarge],
    ]) {
      const answer = await api.request("POST", OAK, "/Customer", { body, "Content-Type": type });
      assert.deepEqual(answer, expected, `${type}, ${body.length} bytes`);
    }
    assert.equal(await api.create(OAK), 1001, "nothing was created");
  },

  async "names are read without regard to case, and the last of two equal ones counts"(api) {
    const body = '{"email":"a@b.example","EMAIL":"b@b.example","phone":"1","address":{"TOWN":"Leith"}}';
    const created = await api.request("POST", OAK, "/Customer", { body, "Content-Type": "Application/JSON" });
    assert.deepEqual(pick(created.body, ["Email", "Phone", "Address"]), ["b@b.example", "1", { Town: "Leith" }]);
  },

  async "browsers are not invited"(api) {
    for (const [method, status] of [
      ["GET", 200],
      ["OPTIONS", 405],
    ]) {
      const headers = { Authorization: api.authorization, Origin: "https://oak.example" };
      const answer = await api.whole(method, `${BASE}/${OAK}/Customers/Setup`, headers);
      assert.equal(answer.status, status);
      assert.deepEqual(
        [...answer.headers.keys()].filter((name) => name.startsWith("access-control")),
        [],
      );
    }
  },

  async "client's seven operations"(api) {
    const client = api.client();
    assert.equal((await client.setup()).MicrositeName, OAK);
    const { Id } = await client.create(GUEST);
    const double = await client.create({ ...GUEST, Company: "Works" });
    assert.equal((await client.update(Id, { ...GUEST, Company: "Oak" })).Company, "Oak");
    assert.equal((await client.edit(Id, { Department: "Bar" }, { appendComment: "a note" })).Comments, "\r\na note");
    assert.equal((await client.merge({ into: Id, from: [double.Id] })).Department, "Bar");
    await client.unsubscribe({ ids: [Id], mode: "All", ipAddress: "192.0.2.1" });
    assert.equal((await client.get(Id)).ReceiveEmailMarketing, false);
    assert.deepEqual(await client.scheduleDeletion([Id, 1]), { deleted: [Id], skipped: [1] });
    client.free();
  },

  async "client's form encoding stores the same record as JSON, and both ways to a token work"(api) {
    const draft = {
      ...GUEST,
      Surname: "O’Brien & Łukasz=?",
      Address: { Town: "Bath" },
      ReceiveEmailMarketing: true,
      GroupEmailMarketingOptInText: "By <b>e-mail</b> & 100 %",
    };
    const [json, form] = [api.client(), api.client({ encoding: "form", authentication: "token" })];
    const { Id, ...created } = await json.create(draft);
    const { Id: other, ...same } = await form.create(draft);
    assert.deepEqual(pick(created, ["Surname", "Address"]), [draft.Surname, draft.Address]);
    assert.deepEqual(same, created);
    assert.equal((await form.edit(other, { Surname: "Li" })).Surname, "Li");
    assert.equal((await json.get(Id)).Surname, draft.Surname);
    json.free();
    form.free();
  },

  async "client says what became of a write that fails"(api) {
    for (const [failure, name, outcome, isStored] of [
      ["network", "NetworkError", "unknown", false],
      ["lostAnswer", "NetworkError", "unknown", true],
      [{ status: 503 }, "HttpError", "unknown", false],
      [{ status: 503, isDone: true }, "HttpError", "unknown", true],
      [{ status: 404 }, "HttpError", "refused", false],
      [{ html: true }, "BlockedError", "refused", false],
      [{ html: true, status: 503 }, "BlockedError", "unknown", false],
      [{ html: true, status: 429, retryAfter: 0 }, "HttpError", "refused", false],
    ]) {
      const last = await api.create(OAK);
      await api.fail({ on: "create", times: 1, with: failure });
      const client = api.client();
      await assert.rejects(client.create(GUEST), { name, outcome }, JSON.stringify(failure));
      const { status } = await api.get(OAK, last + 1);
      assert.equal(status === 200, isStored, JSON.stringify(failure));
      client.free();
    }
  },

  async "client's read gets over what passes"(api) {
    const id = await api.create(OAK);
    const client = api.client();
    await api.fail({ on: "get", times: 1, with: { status: 429, retryAfter: 0 } });
    await api.fail({ on: "get", times: 1, with: { html: true, status: 503, retryAfter: 0 } });
    await api.fail({ on: "get", times: 1, with: "network" });
    const { random } = Math;
    // Without the random part of each wait the client asks again at once.
    Math.random = () => 0;
    try {
      assert.equal((await client.get(id)).Id, id);
    } finally {
      Math.random = random;
    }
    await api.fail({ on: "get", with: { delayMs: 60_000 } });
    const options = { signal: AbortSignal.timeout(20) };
    await assert.rejects(client.get(id, options), { name: "AbortError", outcome: "notSent" });
    client.free();
  },
};
