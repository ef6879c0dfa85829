/**
 * For programs that give dates to the rules: as texts that guests type, as Dates and objects of libraries, with the
 * guest's language and the restaurant's time zone. Environment: TARBALL.
 */
import assert from "node:assert/strict";
import { after, before, describe, it, mock } from "node:test";
import { runInNewContext } from "node:vm";
import { importPacked, MICROSITE, openGateway, pageUrl } from "../support/gateway.mjs";
import { Project } from "../support/project.mjs";

const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
const AMBIGUOUS = (first, second) => ["date_ambiguous", first, second];

const project = await Project.install();
const dinerkit = await project.dinerkit();
const { checkCustomer, checkField, CustomerClient, CustomerForm, customerSchema, inspectDate } = dinerkit;

/** The day, or the code and the days that can be meant. */
function read(typed, options) {
  const { date, issue } = inspectDate(typed, { today: "2026-11-22", ...options });
  return date ?? [issue.code, ...Object.values(issue.params)];
}

/** Does something on a device in this time zone. */
function inZone(zone, work) {
  const own = process.env.TZ;
  process.env.TZ = zone;
  try {
    return work();
  } finally {
    if (own === undefined) delete process.env.TZ;
    else process.env.TZ = own;
  }
}

describe("a date that a guest types", () => {
  const LANGUAGES = {
    day: "en-GB en_GB en-AU en-IE en-IN fr fr-FR de de-AT es it nl pt pt-BR pl nb da ar ar-EG ru tr el he vi id th",
    month: "en-US en-PH fil",
    year: "sv hu ja zh zh-Hans ko lt fa",
  };

  it("is read by the order of its language", () => {
    for (const [first, tags] of Object.entries(LANGUAGES)) {
      const days = { day: "1990-04-03", month: "1990-03-04", year: AMBIGUOUS("1990-04-03", "1990-03-04") };
      for (const locale of tags.split(" ")) {
        assert.deepEqual(read("3/4/1990", { locale }), days[first], locale);
        assert.deepEqual(read("٣/٤/١٩٩٠", { locale }), days[first], locale);
        assert.equal(read("1990/3/4", { locale }), "1990-03-04", locale);
        for (const typed of ["31/12/1990", "12/31/1990", "31.12.90", "1990年12月31日", "٣١\u200f/١٢\u200f/١٩٩٠"]) {
          assert.equal(read(typed, { locale }), "1990-12-31", `${locale} ${typed}`);
        }
      }
    }
  });

  it("does not begin with a year of two digits, which can be a day or the year of an era", () => {
    for (const locale of ["en-CA", "fr-CA", ...LANGUAGES.year.split(" ")]) {
      assert.deepEqual(read("28/11/12", { locale }), AMBIGUOUS("1928-11-12", "1912-11-28"), locale);
    }
    for (const locale of [undefined, "zh-TW", ...Object.values(LANGUAGES).join(" ").split(" ")]) {
      for (const typed of ["60.5.3", "60年5月3日", "79/12/31", "79年12月31日", "31/12/9"]) {
        assert.deepEqual(read(typed, { locale }), ["date_invalid"], `${locale} ${typed}`);
      }
    }
  });

  it("is read without a language only if it means one day", () => {
    // Half of those who read English would mean the other day.
    for (const locale of [undefined, null, "", "en", "tlh"]) {
      assert.deepEqual(read("3/4/1990", { locale }), AMBIGUOUS("1990-04-03", "1990-03-04"));
      assert.equal(read("31/12/1990", { locale }), "1990-12-31");
    }
    assert.deepEqual(read("31 December 1990", { locale: "en-GB" }), ["date_invalid"]);
  });

  it("as a guest's own text is in the request as a day, and is sent unchanged when it is checked again", () => {
    const options = { today: "2026-11-22", locale: "en-GB" };
    const { value, issues } = checkCustomer({ ...GUEST, Birthday: "3.4.90", Anniversary: "٣١/١٢/٢٠٢٠" }, options);
    assert.deepEqual([issues, value.Birthday, value.Anniversary], [[], "1990-04-03T00:00:00", "2020-12-31T00:00:00"]);
    assert.deepEqual(checkCustomer(value), { value, issues: [] });
  });

  it("with a wrong option is the program's mistake", () => {
    for (const [options, message] of [
      [{ locale: "en-GB.UTF-8" }, "options.locale takes a language tag, such as en-GB"],
      [{ locale: 7 }, "options.locale takes a language tag, such as en-GB"],
      [{ timeZone: "Europe/Londn" }, "options.timeZone takes the name of a time zone, such as Europe/London"],
      [{ timeZone: "" }, "options.timeZone takes the name of a time zone, such as Europe/London"],
      [{ timeZone: 7 }, "options.timeZone takes the name of a time zone, such as Europe/London"],
      [{ dates: "utc" }, 'options.dates takes "local"'],
      [{ timezone: "Europe/London" }, "options takes no timezone: did you mean timeZone?"],
    ]) {
      const expected = { name: "TypeError", message };
      assert.throws(() => checkCustomer(GUEST, options), expected);
      assert.throws(() => checkField("Birthday", "1990-12-31", options), expected);
      assert.throws(() => new CustomerForm(options), expected);
      assert.throws(() => customerSchema(null, options)["~standard"].validate(GUEST), expected);
    }
  });
});

describe("a Date", () => {
  /** What every function says of a value as a birthday. */
  function verdicts(value, options) {
    const draft = { ...GUEST, Birthday: value };
    const form = new CustomerForm(options);
    const set = form.set("Birthday", value);
    const all = [
      checkCustomer(draft, options).issues,
      checkField("Birthday", value, options),
      set,
      new CustomerForm({ ...options, draft }).check(),
      customerSchema(null, options)["~standard"].validate(draft).issues ?? [],
      [inspectDate(value, options).issue].filter(Boolean),
    ].map((issues) => issues.map(({ code, path }) => `${path.join(".")} ${code}`));
    for (const each of all) assert.deepEqual(each, all[0]);
    return all[0];
  }

  const DAY = [1990, 4, 31];

  it("is an issue at its field, in every zone and of every realm", () => {
    for (const zone of ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"]) {
      inZone(zone, () => {
        const ofOtherRealm = runInNewContext(`new Date(${DAY})`);
        for (const date of [new Date(...DAY), new Date("1990-05-31"), ofOtherRealm]) {
          assert.deepEqual(verdicts(date), ["Birthday date_ambiguous"], zone);
        }
        // Both days that it can be, that of its own zone among them.
        const [code, ...days] = read(new Date(...DAY));
        assert.ok(code === "date_ambiguous" && days.includes("1990-05-31"), `${zone} ${days}`);
      });
    }
    for (const zone of ["Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Honolulu", "Pacific/Pago_Pago"]) {
      // In January, Auckland is thirteen hours ahead of UTC.
      const days = inZone(zone, () => read(new Date(2020, 0, 31)));
      assert.ok(days.includes("2020-01-31"), `${zone} ${days}`);
    }
    assert.deepEqual(verdicts(new Date(NaN)), ["Birthday date_invalid"]);
    assert.deepEqual(verdicts(new Date(8.64e15)), ["Birthday date_invalid"]);
  });

  it('is with dates: "local" the day that its own zone shows', () => {
    const options = { dates: "local" };
    for (const zone of ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati"]) {
      inZone(zone, () => {
        const ofOtherRealm = runInNewContext(`new Date(${DAY}, 23, 59)`);
        for (const Birthday of [new Date(...DAY), new Date(...DAY, 23, 59), ofOtherRealm]) {
          assert.deepEqual(verdicts(Birthday, options), []);
          const { value } = checkCustomer({ ...GUEST, Birthday }, options);
          assert.equal(value.Birthday, "1990-05-31T00:00:00", zone);
          assert.equal(read(Birthday, options), "1990-05-31");
        }
      });
    }
    assert.deepEqual(verdicts(new Date(NaN), options), ["Birthday date_invalid"]);
    assert.deepEqual(verdicts(new Date("2999-01-01"), options), ["Birthday date_in_future"]);
  });

  it("of a library is read as what the library says it is", () => {
    // Like dayjs and moment, which keep a Date inside.
    const dayjs = { $d: new Date(...DAY), toDate: () => new Date(...DAY), toJSON: () => "unread" };
    assert.deepEqual(verdicts(dayjs), ["Birthday date_ambiguous"]);
    assert.equal(read(dayjs, { dates: "local" }), "1990-05-31");
    class PlainDate {
      toJSON() {
        return "1990-05-31";
      }
      valueOf() {
        throw new TypeError("compare with PlainDate.compare");
      }
    }
    assert.deepEqual(verdicts(new PlainDate()), []);
    assert.equal(read(new PlainDate()), "1990-05-31");
    class Luxon {
      toJSON() {
        return "1990-05-31T00:00:00.000+02:00";
      }
    }
    assert.equal(read(new Luxon()), "1990-05-31");
    for (const other of [{}, [], ["1990-05-31"], new Map()]) {
      assert.deepEqual(
        checkField("Birthday", other).map(({ code }) => code),
        ["wrong_type"],
      );
    }
  });

  it("in a field of another kind is an issue of the schema, and the program's mistake elsewhere", () => {
    const { validate } = customerSchema()["~standard"];
    const wrong = { ...GUEST, FirstName: new Date(), Comments: 1n, Address: { Town: () => "Bath" } };
    assert.deepEqual(
      validate(wrong).issues.map(({ code, path }) => [code, ...path]),
      [
        ["wrong_type", "FirstName"],
        ["wrong_type", "Address", "Town"],
        ["wrong_type", "Comments"],
      ],
    );
    assert.throws(() => checkCustomer(wrong), TypeError);
  });

  it("in a client's write is refused before anything is sent, or sent as its day", async () => {
    const sent = [];
    const client = (options) =>
      new CustomerClient({
        baseUrl: "https://api.example",
        microsite: MICROSITE,
        token: "t",
        fetch: async (request) => {
          const body = request.method === "GET" ? "" : await request.text();
          if (body) sent.push(JSON.parse(body).Birthday);
          return Response.json({
            ...GUEST,
            Mobile: "7700900123",
            MobileCountryCode: 44,
            ...(body && JSON.parse(body)),
            Id: 7,
          });
        },
        ...options,
      });
    const writes = (client, Birthday) => [
      () => client.create({ ...GUEST, Birthday }),
      () => client.update(7, { ...GUEST, Birthday }),
      () => client.edit(7, { Birthday }),
    ];
    for (const value of [new Date(...DAY), "1990-05-31T22:00:00.000Z"]) {
      for (const write of writes(client(), value)) {
        await assert.rejects(write, ({ name, outcome, issues: [{ code, path }] }) => {
          assert.deepEqual([name, outcome, code, path], ["ValidationError", "notSent", "date_ambiguous", ["Birthday"]]);
          return true;
        });
      }
    }
    assert.deepEqual(sent, []);
    for (const write of writes(client({ dates: "local" }), new Date(...DAY))) await write();
    for (const write of writes(client({ locale: "en-US" }), "5/31/1990")) await write();
    for (const write of writes(client({ locale: "en-GB" }), "3/4/1990")) await write();
    const days = ["1990-05-31", "1990-05-31", "1990-04-03"].flatMap((day) => Array(3).fill(`${day}T00:00:00`));
    assert.deepEqual(sent, days);
    assert.throws(() => client({ dates: "utc" }), { name: "TypeError", message: 'options.dates takes "local"' });
  });
});

describe("the drinking age", () => {
  // Noon in New York; in Auckland it is the 23rd.
  const NOON = Date.parse("2026-11-22T17:00:00Z");
  before(() => mock.timers.enable({ apis: ["Date"], now: NOON }));
  after(() => mock.timers.reset());

  const SETUP = { LegalDrinkingAge: 18 };
  const contradicts = (Birthday, IsDrinkingAge, options) =>
    checkCustomer({ ...GUEST, Birthday, IsDrinkingAge }, { setup: SETUP, ...options }).issues.some(
      ({ code }) => code === "drinking_age_contradiction",
    );
  /** Whether a birthday contradicts a yes and a no: 18 today in New York, one day later, and one more. */
  const table = (options) =>
    ["2008-11-21", "2008-11-22", "2008-11-23", "2008-11-24"].map((birthday) =>
      [true, false].map((said) => (contradicts(birthday, said, options) ? "wrong" : "right")).join(" "),
    );

  it("is no contradiction within a day, where the restaurant's zone is not known", () => {
    const either = "right right";
    inZone("America/New_York", () => assert.deepEqual(table(), ["right wrong", either, either, "wrong right"]));
    // The device's day is looked up once a minute.
    mock.timers.setTime(NOON + 60_000);
    inZone("Pacific/Auckland", () => assert.deepEqual(table(), ["right wrong", "right wrong", either, either]));
    mock.timers.setTime(NOON);
  });

  it("counts by the restaurant's zone where that is known, wherever the guest is", () => {
    const yes = "right wrong";
    const no = "wrong right";
    for (const zone of ["America/New_York", "Pacific/Auckland", "UTC"]) {
      inZone(zone, () => {
        assert.deepEqual(table({ timeZone: "America/New_York" }), [yes, yes, no, no], zone);
        assert.deepEqual(table({ timeZone: "Pacific/Auckland" }), [yes, yes, yes, no], zone);
        const setup = { ...SETUP, TimeZone: "Pacific/Auckland" };
        assert.deepEqual(table({ setup }), [yes, yes, yes, no], zone);
        assert.deepEqual(table({ setup, timeZone: "America/New_York" }), [yes, yes, no, no], zone);
      });
    }
    // A zone that the platform does not know is none.
    inZone("America/New_York", () => {
      const setup = { ...SETUP, TimeZone: "GMT Standard Time" };
      assert.deepEqual(table({ setup }), table());
    });
    // A day that the program has chosen is the restaurant's too.
    const today = "2026-01-22";
    assert.equal(contradicts("2008-01-22", false, { today, timeZone: "America/New_York" }), true);
    assert.equal(contradicts("2008-01-22", false, { today }), false);
  });

  it("changes with the day in the restaurant's zone, and not with the device's", () => {
    const options = { setup: SETUP, timeZone: "America/New_York" };
    const isOfAge = () => checkCustomer({ ...GUEST, Birthday: "2008-11-23" }, options).value.IsDrinkingAge;
    inZone("Pacific/Auckland", () => {
      assert.equal(isOfAge(), false);
      mock.timers.setTime(Date.parse("2026-11-23T04:59:00Z"));
      assert.equal(isOfAge(), false);
      mock.timers.setTime(Date.parse("2026-11-23T05:00:00Z"));
      assert.equal(isOfAge(), true);
      mock.timers.setTime(NOON);
    });
  });
});

describe("the gateway", () => {
  let packed;
  before(async () => (packed = await importPacked(project)));

  it("reads a date of its form in the guest's language", async () => {
    const sent = [];
    const answer = async (request) => {
      sent.push((await request.json()).Birthday);
      return Response.json({ Id: 7 });
    };
    const gateway = await openGateway(packed, { Name: "Oak" }, { answer });
    const post = async (query, language, Birthday) => {
      const fields = { ...GUEST, Birthday, "Idempotency-Key": crypto.randomUUID() };
      const headers = { "Accept-Language": language, Origin: new URL(pageUrl("form")).origin };
      const body = new URLSearchParams(fields);
      const page = await gateway.fetch(new Request(pageUrl(`form${query}`), { method: "POST", headers, body }));
      return page.status === 400 ? "refused" : sent.at(-1);
    };
    assert.equal(await post("", "en-GB,en;q=0.9", "3/4/1990"), "1990-04-03T00:00:00");
    assert.equal(await post("", "en-US", "3/4/1990"), "1990-03-04T00:00:00");
    assert.equal(await post("?lang=de", "en-US", "3.4.1990"), "1990-04-03T00:00:00");
    assert.equal(await post("", "en", "31/12/1990"), "1990-12-31T00:00:00");
    assert.equal(await post("", "en", "3/4/1990"), "refused");
    assert.equal(await post("", "not a tag", "3/4/1990"), "refused");
  });

  it("counts the drinking age by the zone of the Setup, else by that of its option", async () => {
    // The 22nd in New York, the 23rd in Auckland.
    mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-22T17:00:00Z") });
    after(() => mock.timers.reset());
    const create = async (zones, Birthday, IsDrinkingAge) => {
      const setup = { Name: "Oak", LegalDrinkingAge: 18, CustomFields: [], TimeZone: zones.setup };
      const gateway = await openGateway(packed, setup, { timeZone: zones.option });
      const headers = { "Content-Type": "application/json" };
      const body = JSON.stringify({ ...GUEST, Birthday, IsDrinkingAge });
      const answer = await gateway.fetch(new Request(pageUrl("Customer"), { method: "POST", headers, body }));
      return answer.status;
    };
    const [newYork, auckland] = ["America/New_York", "Pacific/Auckland"];
    for (const [zones, said, status] of [
      [{}, true, 200],
      [{}, false, 200],
      [{ option: newYork }, true, 400],
      [{ option: newYork }, false, 200],
      [{ option: auckland }, true, 200],
      [{ option: auckland }, false, 400],
      [{ setup: auckland, option: newYork }, false, 400],
      [{ setup: newYork }, true, 400],
      [{ setup: "New Zealand Standard Time", option: newYork }, true, 400],
      [{ setup: "New Zealand Standard Time" }, true, 200],
    ]) {
      assert.equal(await create(zones, "2008-11-23", said), status, JSON.stringify([zones, said]));
    }
  });

  it("tells the widget the zone, so that both count by the same day", async () => {
    const gateway = await openGateway(packed, { Name: "Oak" }, { timeZone: "Europe/London" });
    const setup = await (await gateway.fetch(new Request(pageUrl("Customers/Setup")))).json();
    assert.equal(setup.TimeZone, "Europe/London");
  });

  it("takes a time zone, and says what it takes", async () => {
    const { createGateway } = packed;
    const right = {
      upstream: "https://api.example",
      credentials: { username: "u", password: "p" },
      microsites: [MICROSITE],
    };
    createGateway({ ...right, timeZone: "Europe/London" });
    for (const timeZone of ["Europe/Londn", "GMT Standard Time", ""]) {
      assert.throws(
        () => createGateway({ ...right, timeZone }),
        ({ name, message, issues: [{ path }] }) => {
          assert.match(message, /timeZone takes the name of a time zone, such as Europe\/London/);
          return name === "TypeError" && path.join() === "timeZone";
        },
      );
    }
  });
});
