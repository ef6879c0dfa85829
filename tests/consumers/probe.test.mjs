/**
 * For operators who ask whether the guessed names fit their account: `dinerkit gateway probe` before remote APIs that answer
 * well, oddly or with what must never be shown.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NAMES } from "../../pkg/dist/names.js";
import { askedOf } from "../../server/probe/index.js";
import { GUESSES } from "../../server/probe/guesses.js";
import { MICROSITE, POST_ONLY, configured, fakeApi, probed, rowsOf, tokenFor } from "../support/probe.mjs";

const MARK = "planted-marker";
const SETUP = {
  MicrositeName: MICROSITE,
  Name: MARK,
  Titles: [MARK],
  CustomFields: [{ Name: "Field1", Label: MARK, IsRequired: true }],
  CustomerCodes: [{ Id: 77777, Name: MARK }],
  CustomerTypes: [{ Id: 77777, Name: MARK }],
  GroupEmailMarketingOptInText: MARK,
  GroupSmsMarketingOptInText: MARK,
  RestaurantEmailMarketingOptInText: MARK,
  RestaurantSmsMarketingOptInText: MARK,
  LegalDrinkingAge: 18,
  TimeZone: "Europe/London",
};
const CUSTOMER = {
  Id: 4242424,
  FirstName: MARK,
  Surname: "Quillfeather",
  Email: "quill@feather.example",
  Mobile: "07700900987",
  MobileCountryCode: 44,
  Birthday: "1987-06-05T00:00:00.0000000",
  Comments: "allergic to hazelnuts",
  Address: { Street: "Hidden Lane", Postcode: "QX1 2ZZ" },
  IsVip: true,
  PortalUserId: 55555,
  HasDeclinedEmail: null,
};
const WHOLE = { get: { "Customers/Setup": SETUP, "Customer/4242424": CUSTOMER }, post: POST_ONLY };
const JSON_REPORT = { json: true };
const WITH_CUSTOMER = { ...JSON_REPORT, customer: "4242424" };

const verdicts = (report) => new Set(report.guesses.map(({ verdict }) => verdict));

describe("the probe's guesses", () => {
  it("are those of the option names, with the same defaults", () => {
    assert.deepEqual(Object.fromEntries(GUESSES.map(({ key, own }) => [key, own])), NAMES);
  });
});

describe("probe", () => {
  it("confirms what is as guessed, by GET alone but for the sign-in", async () => {
    const api = fakeApi(WHOLE);
    const { report, status } = await probed({ api, words: WITH_CUSTOMER });
    const rows = rowsOf(report);
    const open = ["masterCustomerId", "customerIdsToMerge", "customerIds", "ipAddress", "marketingCommunicationMode"];
    for (const { key } of GUESSES) {
      const isOpen = open.includes(key) || /^(deleted|skipped)CustomerIds$/.test(key);
      assert.equal(rows[key].verdict, isOpen ? "unknown" : "confirmed", key);
    }
    assert.equal(rows["Customer.PortalUserId"].verdict, "confirmed");
    assert.equal(rows["401 body"].verdict, "confirmed");
    assert.deepEqual([status, report.problems, report.counts.contradicted], [0, [], 0]);
    const [first, ...rest] = api.requests;
    assert.deepEqual([first.method, first.path], ["POST", "/api/Jwt/v2/Authenticate"]);
    assert.deepEqual(new Set(rest.map(({ method }) => method)), new Set(["GET"]));
    assert.equal(report.requests, api.requests.length);
    assert.ok(api.requests.every(({ redirect }) => redirect === "manual"));
  });

  it("finds other names by their words and by what their values are", async () => {
    const { MicrositeName, Name, Titles, CustomFields, LegalDrinkingAge, TimeZone, ...others } = SETUP;
    const setup = {
      // The names of these two are each other's: only their values tell.
      Name: MicrositeName,
      MicrositeName: Name,
      Salutations: Titles,
      Abc: CustomFields.map(({ Name: Def, Label: Caption, IsRequired: Mandatory }) => ({ Def, Caption, Mandatory })),
      MinimumAge: LegalDrinkingAge,
      Ghi: TimeZone,
      ...others,
    };
    const { HasDeclinedEmail, ...customer } = CUSTOMER;
    const api = fakeApi({
      get: { "Customers/Setup": setup, "Customer/4242424": { ...customer, EmailRefused: HasDeclinedEmail } },
      post: ["Customer", "Customer/Merge", "Customers/OptOut", "Customers/ScheduleDeletion"],
    });
    const { report, status } = await probed({ api, words: WITH_CUSTOMER });
    const found = Object.fromEntries(
      report.guesses.filter(({ line }) => line).map(({ about, right }) => [about, right]),
    );
    assert.deepEqual(found, {
      mergePath: "Customer/Merge",
      unsubscribePath: "Customers/OptOut",
      markForDeletionPath: "Customers/ScheduleDeletion",
      hasDeclinedEmail: "EmailRefused",
      setupMicrositeName: "Name",
      setupName: "MicrositeName",
      setupTitles: "Salutations",
      setupCustomFields: "Abc",
      customFieldName: "Def",
      customFieldLabel: "Caption",
      customFieldIsRequired: "Mandatory",
      setupLegalDrinkingAge: "MinimumAge",
      setupTimeZone: "Ghi",
    });
    assert.equal(rowsOf(report).mergePath.line, 'mergePath = "Customer/Merge"');
    assert.equal(status, 1);
  });

  it("takes the names of the configuration for the guesses", async () => {
    const { Titles, ...others } = SETUP;
    const api = fakeApi({ ...WHOLE, get: { "Customers/Setup": { ...others, Salutations: Titles } } });
    const config = configured({ names: { setupTitles: "Salutations", setupName: "DisplayName" } });
    const rows = rowsOf((await probed({ api, words: JSON_REPORT, config })).report);
    assert.deepEqual([rows.setupTitles.verdict, rows.setupTitles.guess], ["confirmed", "Salutations"]);
    assert.deepEqual([rows.setupName.verdict, rows.setupName.right], ["contradicted", "Name"]);
  });

  it("does not guess from a member that could be something else", async () => {
    const customer = { ...CUSTOMER };
    delete customer.HasDeclinedEmail;
    for (const more of [{ IsEmailVerified: true }, { IsFavourite: false }, { EmailDeclined: "text" }, {}]) {
      const get = { ...WHOLE.get, "Customer/4242424": { ...customer, ...more } };
      const { report } = await probed({ api: fakeApi({ ...WHOLE, get }), words: WITH_CUSTOMER });
      assert.equal(rowsOf(report).hasDeclinedEmail.verdict, "unknown", JSON.stringify(more));
    }
  });

  it("does not take what a Setup could have besides", async () => {
    const more = {
      GroupName: "text",
      GroupEmail: "text",
      RestaurantEmail: "text",
      WebSite: "text",
      ProviderPhone: "text",
      MaximumChildAge: 12,
      CustomMessages: [{ Id: 1, Text: "text" }],
      CultureName: "en-GB",
    };
    const setup = { CustomerCodes: [], ...more };
    const { report } = await probed({
      api: fakeApi({ ...WHOLE, get: { "Customers/Setup": setup } }),
      words: JSON_REPORT,
    });
    const rows = rowsOf(report);
    for (const { key } of GUESSES.filter(({ of }) => of === "CustomerSetup" || of === "CustomField")) {
      assert.deepEqual([rows[key].verdict, rows[key].right], ["unknown", undefined], key);
    }
    const [{ text }] = report.observations.filter(({ text }) => text.startsWith("has more"));
    assert.equal(text, `has more than is known: ${Object.keys(more).sort().join(", ")}`);
  });

  it("says of a member with another type that it is contradicted", async () => {
    const setup = { ...SETUP, Titles: "Mr, Mrs", CustomerCodes: "none" };
    const api = fakeApi({ ...WHOLE, get: { "Customers/Setup": setup } });
    const rows = rowsOf((await probed({ api, words: JSON_REPORT })).report);
    assert.deepEqual([rows.setupTitles.verdict, rows.setupTitles.right], ["contradicted", undefined]);
    assert.match(rows.setupTitles.why, /as text, not as list/);
    assert.equal(rows["CustomerSetup.CustomerCodes"].verdict, "contradicted");
  });

  it("reads the Setups of more restaurants only while a name is open", async () => {
    const bare = { MicrositeName: MICROSITE, Name: MARK };
    for (const [setup, expected] of [
      [SETUP, 1],
      [bare, 3],
    ]) {
      const api = fakeApi({
        ...WHOLE,
        answer: ({ path, token }) =>
          token && path.endsWith("/Customers/Setup") ? { status: 200, body: setup } : undefined,
      });
      const config = configured({ microsites: [MICROSITE, "harbour-room", "little-lantern"] });
      await probed({ api, words: JSON_REPORT, config });
      const asked = api.requests.filter(({ path, token }) => token && path.endsWith("/Customers/Setup"));
      assert.equal(asked.length, expected);
    }
  });
});

describe("the probe's report", () => {
  /** Nothing of these may be shown, whatever it is the value or the name of. */
  const HIDDEN = [
    MARK,
    MICROSITE,
    ...["Quillfeather", "quill@", "7700900987", "1987", "hazelnuts", "Hidden Lane", "QX1", "4242424", "55555", "77777"],
  ];
  const planted = (value, depth = 0) => {
    if (depth === 3) return value;
    return {
      ...Object.fromEntries(GUESSES.map(({ own }) => [own.replaceAll("/", ""), value])),
      Extra: [value, { value }],
    };
  };

  const cases = {
    "the values of every member": WHOLE,
    "members of its own with the same values": {
      ...WHOLE,
      get: {
        "Customers/Setup": { ...SETUP, ...planted(MARK), More: planted("Quillfeather") },
        "Customer/4242424": { ...CUSTOMER, ...planted("quill@feather.example"), More: planted(77777) },
      },
    },
    "values that are names": {
      ...WHOLE,
      get: {
        "Customers/Setup": { ...SETUP, [MARK]: 1, "quill@feather.example": 1, "Hidden Lane": 1, Id77777: 1 },
        "Customer/4242424": { ...CUSTOMER, [MARK]: true, m07700900987: null, "QX1 2ZZ": {} },
      },
    },
    "every member with another type": {
      ...WHOLE,
      get: {
        "Customers/Setup": Object.fromEntries(Object.keys(SETUP).map((name) => [name, [MARK, { [MARK]: MARK }]])),
        "Customer/4242424": Object.fromEntries(Object.keys(CUSTOMER).map((name) => [name, { [MARK]: 77777 }])),
      },
    },
    "a 401 and headers that repeat what was sent": {
      ...WHOLE,
      answer: ({ token, path }) =>
        token || path.includes("Jwt")
          ? undefined
          : {
              status: 401,
              body: { [MARK]: MARK, Detail: "Quillfeather" },
              headers: {
                "WWW-Authenticate": `Bearer realm="${MARK}"`,
                "X-RateLimit-User": MARK,
                "X-Quota": "Quillfeather",
              },
            },
    },
    "an answer that is only text": { ...WHOLE, get: { "Customers/Setup": MARK, "Customer/4242424": "Quillfeather" } },
    "a refused sign-in": { answer: () => ({ status: 401, body: { Message: MARK } }) },
    "an error that repeats everything": {
      ...WHOLE,
      answer: ({ path }) => (path.includes("Jwt") ? undefined : { status: 500, body: CUSTOMER }),
    },
  };
  for (const [name, api] of Object.entries(cases)) {
    it(`shows nothing of ${name}`, async () => {
      for (const words of [{ customer: "4242424" }, WITH_CUSTOMER]) {
        const { text } = await probed({ api: fakeApi(api), words });
        assert.ok(text.length > 200);
        for (const secret of HIDDEN) assert.ok(!text.includes(secret), `${secret} in ${text}`);
      }
    });
  }

  it("names a limit that a header says in plain numbers", async () => {
    const answer = ({ path, token }) =>
      token && path.endsWith("/Customers/Setup")
        ? { status: 200, body: SETUP, headers: { "X-RateLimit-Limit": "200", "X-RateLimit-Policy": MARK } }
        : undefined;
    const { report } = await probed({ api: fakeApi({ ...WHOLE, answer }), words: JSON_REPORT });
    const limits = report.observations.filter(({ about }) => about === "limits").map(({ text }) => text);
    assert.deepEqual(limits, ["x-ratelimit-limit: 200", "x-ratelimit-policy"]);
  });

  it("is a table for people, with the lines for the configuration", async () => {
    const api = fakeApi({ ...WHOLE, post: ["Customer", "Customer/Merge", ...POST_ONLY.slice(2)] });
    const { text } = await probed({ api });
    assert.match(text, /^Contradicted:\n {2}mergePath +Customers\/Merge -> Customer\/Merge {2}/m);
    assert.match(text, /^\[names\]\nmergePath = "Customer\/Merge"$/m);
    assert.match(text, /^\d+ confirmed, 1 contradicted, \d+ not known; \d+ requests$/m);
  });
});

describe("probe before a server that is not as it should be", () => {
  const PAGE = "<!DOCTYPE html><html><body>Attention Required!</body></html>";
  const isSignIn = ({ path }) => path.includes("Jwt");
  const always = (given) => ({ answer: (request) => (isSignIn(request) ? undefined : given) });
  const unbelievable = {
    "200 with the same JSON": [always({ status: 200, body: { ...SETUP, ...CUSTOMER } }), /does not exist with 200/],
    "200 with nothing": [always({ status: 204 }), /does not exist with 204/],
    "200 with a web page": [always({ status: 200, body: PAGE }), /does not exist with a web page/],
    "403 with a web page": [always({ status: 403, body: PAGE }), /web page stands before the API/],
    "503 with a web page": [always({ status: 503, body: PAGE }), /web page stands before the API/],
  };
  for (const [name, [api, says]] of Object.entries(unbelievable)) {
    it(`confirms nothing where every path is ${name}`, async () => {
      const { report, status } = await probed({ api: fakeApi(api), words: WITH_CUSTOMER });
      assert.deepEqual([...verdicts(report)], ["unknown"]);
      assert.match(report.problems.join("\n"), says);
      assert.equal(status, 1);
      assert.ok(report.requests <= 2, "it stops at once");
    });
  }

  it("confirms nothing where even the sign-in is a web page or another API's", async () => {
    for (const [given, says] of [
      [{ status: 200, body: PAGE }, /web page/],
      [{ status: 200, body: { hello: "world" } }, /not as the remote API does/],
      [{ status: 404, body: {} }, /no sign-in/],
      [{ status: 200, body: { Status: "Fail" } }, /user name or the password/],
    ]) {
      const { report, status } = await probed({ api: fakeApi({ answer: () => given }), words: JSON_REPORT });
      assert.deepEqual([[...verdicts(report)], status, report.requests], [["unknown"], 1, 1]);
      assert.match(report.problems[0], says);
    }
  });

  const PATHS = ["mergePath", "unsubscribePath", "markForDeletionPath"];
  it("knows no path where a wrong method is 404 too", async () => {
    const { report } = await probed({ api: fakeApi({ ...WHOLE, post: [] }), words: JSON_REPORT });
    const rows = rowsOf(report);
    for (const key of [...PATHS, "mergeMethod"]) assert.equal(rows[key].verdict, "unknown", key);
    assert.equal(rows.setupName.verdict, "confirmed");
  });

  it("knows no method where Allow is missing, but the paths", async () => {
    const answer = ({ path }) => (POST_ONLY.some((one) => path.endsWith(one)) ? { status: 405, body: {} } : undefined);
    const rows = rowsOf((await probed({ api: fakeApi({ ...WHOLE, answer }), words: JSON_REPORT })).report);
    assert.deepEqual([rows.mergePath.verdict, rows.mergeMethod.verdict], ["confirmed", "unknown"]);
  });

  it("does not take a path for another's sibling with a parameter", async () => {
    // Below Customer/ this server takes everything for an Id, and answers 405.
    const answer = ({ path }) =>
      /\/Customer\/[A-Z]/.test(path) ? { status: 405, body: {}, headers: { Allow: "PUT" } } : undefined;
    const api = fakeApi({ ...WHOLE, post: ["Customer", "Customers/Unsubscribe"], answer });
    const rows = rowsOf((await probed({ api, words: JSON_REPORT })).report);
    assert.deepEqual([rows.mergePath.verdict, rows.mergePath.right], ["contradicted", undefined]);
  });

  it("says that the merge takes PUT, or what the gateway can't send", async () => {
    for (const [allow, right, verdict] of [
      ["PUT", "PUT", "contradicted"],
      ["POST, PUT", undefined, "confirmed"],
      ["PATCH", undefined, "contradicted"],
    ]) {
      const answer = ({ path }) =>
        path.endsWith("/Customers/Merge") ? { status: 405, body: {}, headers: { Allow: allow } } : undefined;
      const { report } = await probed({ api: fakeApi({ ...WHOLE, answer }), words: JSON_REPORT });
      const { mergeMethod } = rowsOf(report);
      assert.deepEqual([mergeMethod.verdict, mergeMethod.right], [verdict, right], allow);
    }
  });

  it("goes on after a restaurant that does not exist, and says which", async () => {
    const config = configured({ microsites: ["oak-and-slat", MICROSITE] });
    const { report, status } = await probed({ api: fakeApi(WHOLE), words: JSON_REPORT, config });
    assert.equal(rowsOf(report).setupName.verdict, "confirmed");
    assert.equal(rowsOf(report).mergePath.verdict, "confirmed");
    assert.match(report.problems.join(), /Setup of microsite 1 does not exist/);
    assert.equal(status, 1);
  });

  it("says that there is no such customer", async () => {
    const { report } = await probed({ api: fakeApi(WHOLE), words: { ...JSON_REPORT, customer: "9" } });
    assert.match(report.problems.join(), /customer of --customer is answered with 404/);
    assert.equal(rowsOf(report).hasDeclinedEmail.verdict, "unknown");
  });

  it("reads no endless answer to its end", async () => {
    let pulled = 0;
    const piece = new Uint8Array(65_536).fill(32);
    const stream = () => new ReadableStream({ pull: (to) => void ((pulled += 1), to.enqueue(piece)) });
    const inner = fakeApi(WHOLE);
    const fetch = (url, init) =>
      url.endsWith("/Customers/Setup") && init.headers.Authorization
        ? Promise.resolve(new Response(stream(), { headers: { "Content-Type": "application/json" } }))
        : inner.fetch(url, init);
    const { report } = await probed({ api: { fetch }, words: JSON_REPORT });
    assert.match(report.problems.join(), /Setup of microsite 1 is no JSON object/);
    assert.ok(pulled < 40, `${pulled} pieces`);
  });

  it("says why there is no connection, and keeps what it knew", async () => {
    const inner = fakeApi(WHOLE);
    const fetch = (url, init) =>
      url.includes("/Customers/Merge")
        ? Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } }))
        : inner.fetch(url, init);
    const { report, status } = await probed({ api: { fetch }, words: JSON_REPORT });
    assert.match(report.problems.join(), /nothing answers at the remote API/);
    assert.equal(rowsOf(report).setupName.verdict, "confirmed");
    assert.equal(rowsOf(report).mergePath.verdict, "unknown");
    assert.equal(status, 1);
  });
});

describe("the probe's requests", () => {
  it("leave half of the account's rate to the gateway", async () => {
    const api = fakeApi(WHOLE);
    const { slept } = await probed({ api, config: configured({ requestsPerMinute: 120 }) });
    assert.equal(slept.length, api.requests.length - 1);
    assert.ok(slept.every((ms) => ms === 1000));
  });

  it("are no more than it may make", async () => {
    // With no path at all it would try every candidate.
    const endless = { ...WHOLE, post: ["Customer"] };
    const all = fakeApi(endless);
    const { report: whole } = await probed({ api: all, words: JSON_REPORT });
    assert.ok(whole.requests <= 60, `${whole.requests}`);
    for (const most of [1, 3, 9]) {
      const api = fakeApi(endless);
      const { report, status } = await probed({ api, words: { ...JSON_REPORT, "at-most": `${most}` } });
      assert.equal(api.requests.length, most);
      assert.match(report.problems.join(), new RegExp(`all ${most} requests are made`));
      assert.equal(status, 1);
    }
  });

  it("wait as a 429 says, once, and end then", async () => {
    for (const [times, requests] of [
      [1, undefined],
      [9, 2],
    ]) {
      let left = times;
      const answer = ({ path }) => {
        if (path.includes("Jwt") || left === 0) return undefined;
        left -= 1;
        return { status: 429, body: {}, headers: { "Retry-After": "7" } };
      };
      const api = fakeApi({ ...WHOLE, answer });
      const { report, slept } = await probed({ api, words: JSON_REPORT });
      assert.ok(slept.includes(7000));
      if (requests) assert.equal(api.requests.length - 1, requests);
      assert.equal(/used up/.test(report.problems.join()), requests !== undefined);
    }
  });
});

describe("the trial of the probe", () => {
  const hosts = [
    "https://api.resdiary.com",
    "https://API.ResDiary.com.",
    "https://api.resdiary.com:8443/prefix",
    "https://booking.resdiary.com",
    "https://resdiary.com",
    "https://api.rdbranch.com.example",
    "https://proxy.example",
    "https://203.0.113.7",
  ];
  for (const upstream of hosts) {
    it(`is refused at ${upstream} before anything is sent`, async () => {
      const api = fakeApi(WHOLE);
      await assert.rejects(probed({ api, words: { "test-host": true }, config: configured({ upstream }) }), {
        message: /^--test-host makes customers/,
      });
      assert.equal(api.requests.length, 0);
    });
  }

  it("is refused with a token for production, after the sign-in", async () => {
    for (const audience of ["https://api.resdiary.com", ["urn:x", "https://api.resdiary.com/"]]) {
      const api = fakeApi({ ...WHOLE, token: tokenFor(audience) });
      const words = { "test-host": true };
      await assert.rejects(probed({ api, words }), { message: /token is for the vendor's production/ });
      assert.equal(api.requests.length, 1);
    }
  });

  it("takes the vendor's test host, and this machine", async () => {
    for (const upstream of [
      "https://api.rdbranch.com",
      "http://localhost:1",
      "http://[::1]:1",
      "http://sandbox:8080",
    ]) {
      const api = fakeApi(WHOLE);
      const { report } = await probed({
        api,
        words: { json: true, "test-host": true },
        config: configured({ upstream }),
      });
      assert.equal(report.mode, "test-host");
      assert.ok(
        api.requests.some(({ method, path }) => method === "POST" && path.endsWith("/Customer")),
        upstream,
      );
    }
  });

  it("marks what it made for deletion even where it has no request left for more", async () => {
    let made = 0;
    const answer = ({ method, path, body }) => {
      if (method !== "POST" || path.includes("Jwt")) return undefined;
      if (path.endsWith("/Customer") && body.Email) return { status: 200, body: { ...body, Id: 1000 + (made += 1) } };
      if (path.endsWith("/MarkForDeletion") && body.CustomerIds) {
        return { status: 200, body: { DeletedCustomerIds: [1001, 1002], SkippedCustomerIds: [2 ** 31 - 1] } };
      }
      return { status: 400, body: { Message: "x", ValidationErrors: [{ PropertyName: "Email", ErrorMessage: "y" }] } };
    };
    const whole = fakeApi({ ...WHOLE, answer });
    const { report: full } = await probed({ api: whole, words: { json: true, "test-host": true } });
    const create = whole.requests.findIndex(({ path, body }) => path.endsWith("/Customer") && body?.Email);
    const api = fakeApi({ ...WHOLE, answer });
    const words = { json: true, "test-host": true, "at-most": `${create + 4}` };
    const { report } = await probed({ api, words });
    assert.match(report.problems.join(), /requests are made/);
    assert.equal(api.requests.at(-1).path.split("/").at(-1), "MarkForDeletion");
    assert.deepEqual(api.requests.at(-1).body.CustomerIds.slice(0, 1), [1003]);
    assert.ok(full.requests > report.requests);
    assert.ok(api.requests.length <= create + 4);
  });

  /** A server that answers a wrong method with 404; `merge` is the path that takes PUT for the merge. */
  function silent(merge) {
    const refusal = (...names) => ({
      status: 400,
      body: { Message: "x", ValidationErrors: names.map((name) => ({ PropertyName: name, ErrorMessage: "y" })) },
    });
    let made = 0;
    const customer = (body) => ({ status: 200, body: { ...body, Id: body.Id ?? 1000 + (made += 1) } });
    return fakeApi({
      get: WHOLE.get,
      answer({ method, path, body }) {
        if (method === "GET" || path.includes("Jwt")) return undefined;
        const [below] = path.split(`${MICROSITE}/`).slice(1);
        if (method === "PUT" && below === merge) {
          return body.CustomerIds
            ? customer({ Id: body.MasterCustomerId })
            : refusal("MasterCustomerId", "CustomerIds");
        }
        // What stands after Customer/ is an Id here, whatever it is.
        if (method === "PUT" && below.startsWith("Customer/")) {
          return /\d$/.test(below) ? customer(body) : { status: 400, body: { Message: "The request is invalid." } };
        }
        if (method !== "POST") return undefined;
        if (below === "Customer") return body.Email ? customer(body) : refusal("Email");
        if (below === "Customers/Unsubscribe") return body.CustomerIds ? { status: 204 } : refusal("CustomerIds");
        if (below !== "Customers/MarkForDeletion") return undefined;
        if (!body.CustomerIds) return refusal("CustomerIds");
        return {
          status: 200,
          body: { DeletedCustomerIds: body.CustomerIds.slice(0, -1), SkippedCustomerIds: [2 ** 31 - 1] },
        };
      },
    });
  }

  it("finds paths by writing where reading does not tell", async () => {
    for (const [merge, right] of [
      ["Customer/Merge", "Customer/Merge"],
      ["Customers/Elsewhere", undefined],
    ]) {
      const { report } = await probed({ api: silent(merge), words: { json: true, "test-host": true } });
      const rows = rowsOf(report);
      assert.deepEqual([rows.mergePath.right, rows.mergeMethod.right], [right, right && "PUT"]);
      assert.equal(rows.mergePath.verdict, right ? "contradicted" : "unknown");
      for (const key of ["unsubscribePath", "markForDeletionPath", "customerIds", "deletedCustomerIds"]) {
        assert.equal(rows[key].verdict, "confirmed", key);
      }
    }
  });

  it("says how many customers it leaves behind, without their Ids", async () => {
    const answer = ({ method, path, body }) => {
      if (method !== "POST" || path.includes("Jwt")) return undefined;
      if (path.endsWith("/Customer") && body.Email) return { status: 200, body: { ...body, Id: 4242424 } };
      return path.endsWith("/MarkForDeletion") && body.CustomerIds
        ? { status: 200, body: {} }
        : { status: 500, body: {} };
    };
    const { report, text } = await probed({
      api: fakeApi({ ...WHOLE, answer }),
      words: { json: true, "test-host": true },
    });
    assert.match(report.problems.join(), /1 customers? of the trial .*not marked.*dinerkit-probe-/);
    assert.ok(!text.includes("4242424"));
    assert.ok(!/dinerkit-probe-[\da-f]/.test(text));
  });
});

describe("the probe's words", () => {
  it("that are wrong say what they take", () => {
    for (const [words, says] of [
      [{ customer: "x" }, /--customer takes the Id/],
      [{ customer: "0" }, /--customer takes the Id/],
      [{ customer: "2147483648" }, /--customer takes the Id/],
      [{ "at-most": "-1" }, /--at-most takes/],
      [{ spec: "x.json", "test-host": true }, /--spec asks no server, so --test-host/],
      [{ spec: "x.json", customer: "7" }, /--spec asks no server, so --customer/],
    ]) {
      assert.throws(() => askedOf(words), { message: says });
    }
  });

  it("name a restaurant where an Id could be of several groups", async () => {
    const config = configured({ microsites: [MICROSITE, "little-lantern"] });
    for (const [words, says] of [
      [{ customer: "7" }, /--customer needs --microsite/],
      [{ customer: "7", microsite: "nowhere" }, /one of the gateway's microsites/],
    ]) {
      const api = fakeApi(WHOLE);
      await assert.rejects(probed({ api, words, config }), { message: says });
      assert.equal(api.requests.length, 0);
    }
  });
});
