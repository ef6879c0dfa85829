/** For whoever changes `dinerkit gateway probe`: its decisions, each with a table of cases. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GUESSES, guessOf } from "../../server/probe/guesses.js";
import { assign, isSpelling, likeness, wordsOf } from "../../server/probe/likeness.js";
import { judgeMethod, learn, place } from "../../server/probe/routes.js";
import { fits, joined, listed, shapeOf, shownName } from "../../server/probe/shape.js";
import { kindOf, refusal } from "../../server/probe/test-host.js";
import {
  entriesOf,
  judgeDeletion,
  judgeDuplicate,
  judgeRequest,
  judgeModes,
  judgeUpdate,
  limitsOf,
  namesOf,
  narrowed,
  NOBODY,
} from "../../server/probe/trial.js";

const answer = (status, more) => ({ status, allow: [], isPage: false, ...more });

describe("what is learnt of a server's answers", () => {
  it("is whether they tell of paths and methods", () => {
    const wrong = answer(405, { allow: ["POST"] });
    for (const [madeUp, known, isTelling, isOpen, toldMethods] of [
      [404, wrong, true, false, true],
      [404, answer(405), true, false, false],
      [404, answer(405, { allow: ["GET"] }), true, false, false],
      [404, answer(404), false, false, false],
      [404, answer(200), false, false, false],
      [404, answer(401), false, false, false],
      [200, wrong, false, true, false],
      [204, wrong, false, true, false],
      [302, wrong, false, false, false],
      [403, wrong, false, false, false],
      [500, wrong, false, false, false],
      [405, wrong, false, false, false],
    ]) {
      const learnt = learn(answer(madeUp), known);
      const { isTelling: tells, isOpen: open, toldMethods: methods } = learnt;
      assert.deepEqual([tells, open, methods], [isTelling, isOpen, toldMethods], `${madeUp} ${known.status}`);
      assert.equal(learnt.why === "", isTelling && toldMethods);
    }
  });

  it("is where a path is, beside one that was made up", () => {
    for (const [status, sibling, expected] of [
      [405, 404, "there"],
      [405, 400, "there"],
      [405, 405, "unclear"],
      [404, 404, "absent"],
      [404, 400, "unclear"],
      [400, 400, "unclear"],
      [200, 404, "unclear"],
      [401, 404, "unclear"],
    ]) {
      assert.equal(place(answer(status), answer(sibling)), expected, `${status} ${sibling}`);
    }
  });

  it("is a path's method only where the server names methods", () => {
    const told = { toldMethods: true, why: "" };
    for (const [allow, how, verdict, right] of [
      [["POST"], told, "confirmed", undefined],
      [["PUT", "OPTIONS"], told, "contradicted", "PUT"],
      [["DELETE"], told, "contradicted", undefined],
      [[], told, "unknown", undefined],
      [["PUT"], { toldMethods: false, why: "x" }, "unknown", undefined],
    ]) {
      const finding = judgeMethod("POST", answer(405, { allow }), how);
      assert.deepEqual([finding.verdict, finding.right], [verdict, right], allow.join());
    }
  });
});

describe("the shape of an answer", () => {
  it("holds types and kinds, and no value", () => {
    const shape = shapeOf({ A: "oak", B: [{ Name: "Field2", X: 1.5 }], C: "Europe/London", D: null, E: true }, "oak");
    const { members } = shape;
    assert.deepEqual([...members.get("A").kinds], ["microsite"]);
    assert.deepEqual([...members.get("B").kinds], ["fields"]);
    assert.deepEqual([...members.get("C").kinds], ["zone"]);
    assert.deepEqual([...members.get("B").items.members.get("X").types], ["number"]);
    assert.ok(
      !/oak|Field2|London|1\.5/.test(
        JSON.stringify(shape, (_, value) => (value instanceof Map || value instanceof Set ? [...value] : value)),
      ),
    );
  });

  it("of several is that of all of them", () => {
    const both = joined(shapeOf({ A: null, L: [] }), shapeOf({ A: 1, L: [{ Name: "Field1" }], B: "x" }));
    assert.deepEqual([...both.members.keys()], ["A", "L", "B"]);
    assert.deepEqual([...both.members.get("A").types], ["null", "integer"]);
    assert.ok(both.members.get("L").kinds.has("fields"));
  });

  it("ends at a depth, and takes any name for a member", () => {
    let deep = {};
    for (let level = 0; level < 10_000; level += 1) deep = { deep };
    assert.ok(shapeOf(deep).members);
    const odd = shapeOf(JSON.parse('{"__proto__":{"polluted":1},"constructor":2}'));
    assert.deepEqual([...odd.members.keys()], ["__proto__", "constructor"]);
    assert.equal({}.polluted, undefined);
  });

  it("fits a type, or is null", () => {
    for (const [value, types, expected] of [
      [null, ["list"], true],
      [1, ["integer"], true],
      [1, ["number"], true],
      [1.5, ["integer"], false],
      ["x", ["flag"], false],
      [[], ["list"], true],
    ]) {
      assert.equal(fits(shapeOf(value), types), expected, JSON.stringify(value));
    }
  });

  it("shows names alone that can be a member's", () => {
    for (const name of ["MasterId", "_x", "Field1", "__proto__"]) assert.equal(shownName(name), name);
    for (const name of ["", "a b", "a@b.example", "07700900123", "Id77777", "x".repeat(61), "é", "1x", "a-b"]) {
      assert.equal(shownName(name), undefined, name);
    }
    assert.equal(listed(["B", "A", "a b"]), "A, B, 1 that are not shown");
    assert.match(listed(Array.from({ length: 30 }, (_, index) => `N${index + 10}`)), /10 that are not shown$/);
  });
});

describe("likeness of names", () => {
  it("is by their words", () => {
    assert.deepEqual(wordsOf("GroupSMSText"), ["group", "sms", "text"]);
    assert.deepEqual(wordsOf("customer_e-mail"), ["customer", "email"]);
    for (const [key, like, other] of [
      ["masterCustomerId", ["MasterId", "TargetCustomerId", "mastercustomerid"], ["CustomerId", "Address"]],
      ["customerIdsToMerge", ["CustomerIdsToMerge", "Ids", "CustomerIds"], ["Surname"]],
      ["hasDeclinedEmail", ["EmailDeclined", "NoEmail", "IsEmailRefused"], ["EmailVerified", "HasEmail", "IsVip"]],
      ["setupTitles", ["Salutations", "Honorifics"], ["Codes"]],
      ["setupGroupSmsText", ["GroupSmsWords", "GroupTextConsent"], ["GroupEmailWords", "RestaurantSmsWords"]],
      ["setupGroupEmailText", ["BrandEmailConsentText"], ["GroupTextConsent", "GroupSmsText", "GroupEmail"]],
      ["setupRestaurantEmailText", ["VenueEMailText"], ["GroupEmailText", "RestaurantEmail"]],
      ["setupName", ["RestaurantName", "DisplayName"], ["GroupName", "CurrencyName", "Surname"]],
      ["setupLegalDrinkingAge", ["MinimumAge", "AgeLimit"], ["Page", "Message", "MaximumChildAge"]],
      ["setupTimeZone", ["Timezone", "IanaZone"], ["Time"]],
    ]) {
      for (const name of like) assert.ok(likeness(name, guessOf(key)) > 0, `${key} ${name}`);
      for (const name of other) assert.equal(likeness(name, guessOf(key)), 0, `${key} ${name}`);
    }
    assert.ok(isSpelling("customer_ids", "CustomerIDs"));
    assert.ok(!isSpelling("CustomerId", "CustomerIds"));
  });

  it("gives no name to two guesses, and none where two names fit alike", () => {
    const table = { a: { X: 0.9, Y: 0.5 }, b: { X: 0.8, Y: 0.6 }, c: { Z: 0.5, W: 0.5 } };
    const assigned = assign(Object.keys(table), ["X", "Y", "Z", "W"], (guess, name) => table[guess][name] ?? 0);
    assert.deepEqual(Object.fromEntries(assigned), { a: "X", b: "Y" });
  });
});

describe("what refusals say", () => {
  it("is the last name of each property, in every form of the vendor's framework", () => {
    for (const [body, expected] of [
      [
        { ValidationErrors: [{ PropertyName: "request.CustomerIds[0]" }, { PropertyName: "Email" }] },
        ["CustomerIds", "Email"],
      ],
      [{ ModelState: { "request.Address.Town": ["x"] } }, ["Town"]],
      [{ errors: { MasterId: ["x"], $: ["y"] } }, ["MasterId"]],
      [
        { ValidationErrors: [{ PropertyName: "request" }, { PropertyName: null }, null, "x", { PropertyName: "a b" }] },
        [],
      ],
      [{ ValidationErrors: "x", ModelState: 1 }, []],
      [undefined, []],
      ["text", []],
    ]) {
      assert.deepEqual(namesOf(body), expected, JSON.stringify(body));
    }
    assert.deepEqual(entriesOf({ ModelState: { A: ["b", "c"] } }), [{ name: "A", text: "b c" }]);
  });

  it("is how long a text may be", () => {
    for (const [text, expected] of [
      ["'Surname' must be 50 characters or fewer. You entered 4096 characters.", 50],
      ["The field Surname must be a string with a maximum length of 128.", 128],
      ["must be at most 30 long", 30],
      ["cannot exceed 200 characters", 200],
      ["is too long", undefined],
    ]) {
      const limits = limitsOf({ ValidationErrors: [{ PropertyName: "Surname", ErrorMessage: text }] });
      assert.equal(limits.get("Surname"), expected, text);
    }
  });

  it("gives a verdict about each member of a request", () => {
    const slot = (key, isNeeded) => ({ ...guessOf(key), inUse: guessOf(key).own, isNeeded });
    const merge = [slot("masterCustomerId", true), slot("customerIdsToMerge", true)];
    const leave = [slot("customerIds", true), slot("ipAddress", false), slot("marketingCommunicationMode", false)];
    const judged = (slots, needed, refused = [], sent = []) =>
      judgeRequest(slots, { needed, refused, sent }).map(([, { verdict, right }]) => right ?? verdict);
    for (const [found, expected] of [
      [judged(merge, ["MasterCustomerId", "CustomerIds"]), ["confirmed", "confirmed"]],
      [judged(merge, ["mastercustomerid", "MergeIds"]), ["confirmed", "MergeIds"]],
      [judged(merge, ["MasterId", "CustomerIds"]), ["MasterId", "confirmed"]],
      [judged(merge, ["Beta", "CustomerIds"]), ["Beta", "confirmed"]],
      [judged(merge, ["Beta", "Gamma"]), ["unknown", "unknown"]],
      [judged(merge, ["Email", "CustomerIds"]), ["unknown", "confirmed"]],
      [judged(merge, []), ["unknown", "unknown"]],
      [judged(leave, ["CustomerIds"]), ["confirmed", "unknown", "unknown"]],
      [judged(leave, ["Ids"], ["ClientIp", "Channel"], ["IpAddress"]), ["Ids", "ClientIp", "Channel"]],
      [
        judged(leave, ["CustomerIds"], ["IpAddress"], ["IpAddress", "MarketingCommunicationMode"]),
        ["confirmed", "confirmed", "contradicted"],
      ],
    ]) {
      assert.deepEqual(found, expected);
    }
  });
});

describe("what a trial shows", () => {
  it("is what each mode of an unsubscription withdraws", () => {
    const customer = (email, sms) => ({
      ReceiveEmailMarketing: email,
      ReceiveRestaurantEmailMarketing: email,
      ReceiveSmsMarketing: sms,
      ReceiveRestaurantSmsMarketing: sms,
    });
    const email = { mode: "Email", status: 204, customer: customer(false, true) };
    const sms = { mode: "Sms", status: 204, customer: customer(false, false) };
    for (const [tried, verdict] of [
      [[email, sms, { ...sms, mode: "All" }], "confirmed"],
      [[{ ...email, customer: customer(false, false) }], "contradicted"],
      [[{ ...email, customer: customer(true, true) }], "unknown"],
      [[email, { ...sms, status: 400 }], "contradicted"],
      [[{ ...email, customer: undefined }], "unknown"],
    ]) {
      assert.equal(judgeModes("Mode", tried).verdict, verdict, JSON.stringify(tried));
    }
  });

  it("is which list of a deletion's answer has whom", () => {
    const slots = ["deletedCustomerIds", "skippedCustomerIds"].map((key) => ({ key, inUse: guessOf(key).own }));
    const right = (body) => judgeDeletion(slots, body, [7, 8]).map(([, { verdict, right }]) => right ?? verdict);
    assert.deepEqual(right({ DeletedCustomerIds: [7], SkippedCustomerIds: [8, NOBODY] }), ["confirmed", "confirmed"]);
    assert.deepEqual(right({ Left: [NOBODY], Done: [7, 8] }), ["Done", "Left"]);
    assert.deepEqual(right({ SkippedCustomerIds: [7], DeletedCustomerIds: [NOBODY] }), [
      "SkippedCustomerIds",
      "DeletedCustomerIds",
    ]);
    assert.deepEqual(right({ Count: 2 }), ["unknown", "unknown"]);
    assert.deepEqual(right(null), ["unknown", "unknown"]);
  });

  it("is what a known e-mail address does", () => {
    for (const [given, expected] of [
      [{ status: 200, body: { Id: 8 } }, "makes a second customer"],
      [{ status: 200, body: { Id: 7 } }, "gives the customer that there is"],
      [{ status: 409, body: {} }, "is refused with 409"],
      [{ status: 200, body: undefined }, "is answered without an Id"],
    ]) {
      assert.equal(judgeDuplicate(7, given), expected);
    }
  });

  it("is what an update does to what it leaves out", () => {
    const sent = { A: "x", B: "y", C: "z", D: 1 };
    assert.deepEqual(judgeUpdate(sent, { A: "x", B: "y", D: 1 }, { A: "", B: "y", D: 0 }), {
      cleared: ["A", "D"],
      kept: ["B"],
      unseen: ["C"],
    });
  });

  it("is how long texts may be, step by step", () => {
    const start = new Map([["A", { fits: 0, isTooLong: 101 }]]);
    const after = (length, given) => narrowed(start, new Map([["A", length]]), given).get("A");
    const refused = (text) => ({
      status: 400,
      body: { ValidationErrors: [{ PropertyName: "A", ErrorMessage: text }] },
    });
    assert.deepEqual(after(100, { status: 200, body: { A: "x".repeat(100) } }), { fits: 100, isTooLong: 101 });
    assert.deepEqual(after(100, { status: 200, body: { A: "x".repeat(40) } }), {
      fits: 40,
      isTooLong: 41,
      isCut: true,
    });
    assert.deepEqual(after(100, refused("at most 30 characters")), { fits: 30, isTooLong: 31 });
    assert.deepEqual(after(50, refused("is too long")), { fits: 0, isTooLong: 50 });
    assert.deepEqual(after(50, { status: 400, body: {} }), { fits: 0, isTooLong: 101 });
    assert.deepEqual(after(50, { status: 500, body: undefined }), { fits: 0, isTooLong: 101 });
  });
});

describe("where a trial may be made", () => {
  it("is decided by the address", () => {
    for (const [upstream, kind] of [
      ["https://api.resdiary.com", "production"],
      ["https://API.RESDIARY.COM./x", "production"],
      ["https://evil.resdiary.com", "production"],
      ["https://api.rdbranch.com", "test"],
      ["https://rdbranch.com.example", "other"],
      ["https://notrdbranch.com", "other"],
      ["http://127.0.0.1:4100", "local"],
      ["http://[::1]:4100", "local"],
      ["http://10.1.2.3", "local"],
      ["http://172.32.0.1", "other"],
      ["http://sandbox", "local"],
      ["https://8.8.8.8", "other"],
      ["https://10.example", "other"],
    ]) {
      assert.equal(kindOf(upstream), kind, upstream);
      assert.equal(refusal(upstream) === undefined, ["test", "local"].includes(kind), upstream);
    }
  });
});

it("every guess about a member says its types and its words", () => {
  for (const guess of GUESSES.filter(({ of }) => of !== "path" && of !== "method")) {
    assert.ok(guess.types.length > 0 && guess.words.length > 0, guess.key);
    assert.equal(likeness(guess.own, guess), 1);
  }
});
