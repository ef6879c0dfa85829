/**
 * For whoever changes what the widget does after an answer, or without one: when it asks again, what the guest is told,
 * what becomes of details that were changed in between, and what the tab keeps.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { changesBetween } from "../../www/widget/changes.js";
import { createOnce, whatIsLeft } from "../../www/widget/create-once.js";
import {
  forgetDetails,
  keepDetails,
  KEPT_MS,
  keptDetails,
  keptName,
  requestToKeep,
  withBoxesOf,
  withoutBoxes,
} from "../../www/widget/kept-details.js";
import { afterRead, afterWrite, mayHaveArrived, secondsOf } from "../../www/widget/next-step.js";
import { actOf, toldOfCreate, toldOfEdit, toldOnline } from "../../www/widget/told.js";
import { ROWS } from "../../pkg/lib/fields.js";

const first = { attempt: 1, elapsed: 0, random: 0 };

describe("the widget's next step", () => {
  const NEVER = undefined;
  for (const [what, facts, read, write] of [
    ["no network", { failed: "network" }, 0, 0],
    ["no network, and the browser knows", { failed: "network", isOffline: true }, 0, NEVER],
    ["half the longest wait", { failed: "network", random: 0.5 }, 500, 500],
    ["longer after each attempt", { failed: "network", random: 0.5, attempt: 3 }, 4500, 4500],
    ["no answer in time", { failed: "timeout" }, 0, 0],
    ["the fourth attempt", { failed: "timeout", attempt: 4 }, NEVER, NEVER],
    ["the guest has stopped", { failed: "abort" }, NEVER, NEVER],
    ["under way", { status: 409, retryAfter: 2 }, NEVER, 2000],
    ["under way for long", { status: 409, retryAfter: 2, attempt: 30, elapsed: 100_000 }, NEVER, 2000],
    ["under way for ever", { status: 409, retryAfter: 2, attempt: 60, elapsed: 149_000 }, NEVER, NEVER],
    ["a conflict of another kind", { status: 409 }, NEVER, NEVER],
    ["too many", { status: 429, retryAfter: 7, random: 0.5, attempt: 3 }, 7500, 7500],
    ["too many for more than a minute", { status: 429, retryAfter: 61 }, NEVER, NEVER],
    ["too many, and no time left", { status: 429, retryAfter: 60, elapsed: 95_000 }, NEVER, NEVER],
    ["busy", { status: 503 }, 0, 0],
    ["failed", { status: 500 }, 0, 0],
    ["a proxy that waited for too little", { status: 504 }, 0, 0],
    ["too slow", { status: 408 }, 0, 0],
    ["a proxy without its gateway", { status: 502 }, 0, 0],
    ["the gateway can't learn the end", { status: 502, isGateways: true }, 0, NEVER],
    ["refused", { status: 400 }, NEVER, NEVER],
    ["other details", { status: 422 }, NEVER, NEVER],
    ["no Setup", { status: 424 }, NEVER, NEVER],
    ["after a minute and a half", { failed: "timeout", elapsed: 90_000 }, NEVER, 0],
    ["after two minutes and a half", { failed: "timeout", elapsed: 150_000 }, NEVER, NEVER],
  ]) {
    it(`after an attempt: ${what}`, () => {
      assert.equal(afterRead({ ...first, ...facts }), read, "a read");
      assert.equal(afterWrite({ ...first, ...facts }), write, "a create");
    });
  }

  it("waits for as long as Retry-After asks, in seconds or to a date", () => {
    const now = Date.parse("Sun, 06 Nov 1994 08:49:37 GMT");
    for (const [retryAfter, date, expected] of [
      ["0", null, 0],
      ["120", null, 120],
      ["99999999999999999999", null, 1e20],
      ["Sun, 06 Nov 1994 08:49:47 GMT", null, 10],
      ["Sun, 06 Nov 1994 08:49:27 GMT", null, 0],
      ["Sun, 06 Nov 1994 07:49:40 GMT", "Sun, 06 Nov 1994 07:49:37 GMT", 3],
      ["Sun, 06 Nov 1994 08:49:47 GMT", "no date", 10],
      ["Sun, 99 Nov 1994 08:49:47 GMT", null, undefined],
      ["soon GMT", null, undefined],
      ["soon", null, undefined],
      ["1.5", null, undefined],
      ["-1", null, undefined],
      ["", null, undefined],
      [null, null, undefined],
    ]) {
      assert.equal(secondsOf(retryAfter, date, now), expected, String(retryAfter));
    }
  });

  it("says which answers leave open what became of the customer", () => {
    const open = [{ failed: "network" }, { failed: "timeout" }, { failed: "abort" }];
    for (const status of [408, 409, 500, 502, 503, 504]) open.push({ status });
    const closed = [{ failed: "network", isUnsent: true }];
    for (const status of [200, 400, 401, 403, 404, 413, 422, 424, 429]) closed.push({ status });
    assert.deepEqual(open.map(mayHaveArrived), Array(open.length).fill(true));
    assert.deepEqual(closed.map(mayHaveArrived), Array(closed.length).fill(false));
  });
});

describe("what the guest is told", () => {
  for (const [what, answer, before, told, act] of [
    ["refused", { status: 424 }, [], ["refused"], "send"],
    ["too many", { status: 429 }, [], ["refused"], "send"],
    [
      "offline from the start",
      { failed: "network", isUnsent: true, isOffline: true },
      [],
      ["offline", "notSent"],
      "send",
    ],
    ["offline on the way", { failed: "abort", isUnknown: true, isOffline: true }, [], ["offline", "noAnswer"], "retry"],
    ["stopped", { failed: "abort", isUnknown: true }, [], ["noAnswer"], "retry"],
    ["stopped before anything was written", { failed: "abort", isUnsent: true }, [], ["notSent"], "send"],
    ["no answer", { failed: "timeout", isUnknown: true }, [], ["noAnswer"], "retry"],
    ["busy to the end", { status: 503, isUnknown: true }, [], ["noAnswer"], "retry"],
    ["an answer that is none", { status: 200 }, [], ["noAnswer"], "retry"],
    ["the gateway can't learn the end", { status: 502, isGateways: true, isUnknown: true }, [], ["unknown"], "retry"],
    ["a proxy's 502", { status: 502, isUnknown: true }, [], ["noAnswer"], "retry"],
    ["refused after no answer", { status: 403 }, ["noAnswer"], ["noAnswer"], "retry"],
    ["refused after an unknown end", { status: 403 }, ["unknown"], ["unknown"], "retry"],
    ["offline after no answer", { isUnsent: true, isOffline: true }, ["noAnswer"], ["offline", "noAnswer"], "retry"],
    ["other details", { status: 422, isGateways: true }, ["noAnswer"], ["sentBefore", "tellRestaurant"], "retry"],
  ]) {
    it(`of a create: ${what}`, () => {
      assert.deepEqual(toldOfCreate(answer, before), told);
      assert.equal(actOf(told), act);
    });
  }

  it("of a change that could not be sent", () => {
    assert.deepEqual(toldOfEdit({ status: 424 }), ["sentFirst", "tellRestaurant"]);
    assert.deepEqual(toldOfEdit({ isOffline: true }), ["offline", "sentFirst", "tellRestaurant"]);
    assert.equal(actOf(["sentFirst", "tellRestaurant"]), "sendChange");
  });

  it("once there is a network again", () => {
    assert.deepEqual(toldOnline(["offline", "notSent"]), ["online"]);
    assert.deepEqual(toldOnline(["offline", "noAnswer"]), ["online", "noAnswer"]);
    assert.deepEqual(toldOnline(["noAnswer"]), ["noAnswer"]);
  });
});

describe("one customer of a form", () => {
  const made = { status: 200, json: { Id: 7 } };
  const other = { status: 422, isGateways: true };
  const wrong = { status: 400, isGateways: true };
  const silent = { failed: "timeout", isUnknown: true };
  for (const [what, earlier, answers, asked, end] of [
    ["nothing was sent before", [], [made], ["new"], ["new", made]],
    ["what was sent before never arrived", ["old"], [made], ["new"], ["new", made]],
    ["what was sent before has arrived", ["old"], [other, made], ["new", "old"], ["old", made]],
    ["the second of two has", ["old", "older"], [other, other, made], ["new", "old", "older"], ["older", made]],
    ["none of them is known", ["old"], [other, other], ["new", "old"], ["old", other]],
    ["nothing to ask for", [], [other], ["new"], ["new", other]],
    ["what was sent before was refused", ["old"], [other, wrong, made], ["new", "old", "new"], ["new", made]],
    ["what was sent before is under way", ["old"], [other, silent], ["new", "old"], ["old", silent]],
  ]) {
    it(what, async () => {
      const posted = [];
      const left = [...answers];
      const post = async (request) => (posted.push(request), left.shift());
      const { made, answer } = await createOnce("new", earlier, post);
      assert.deepEqual(posted, asked);
      assert.deepEqual([made, answer], end);
    });
  }

  const LEE = { Surname: "Lee", Mobile: "7", Address: { House: "1", Town: "Bath" }, ReceiveX: true, XText: "x" };
  for (const [what, after, changes] of [
    ["nothing", {}, {}],
    ["another value", { Surname: "Li" }, { Surname: "Li" }],
    ["one more", { Company: "Oak" }, { Company: "Oak" }],
    ["one less", { Mobile: undefined }, { Mobile: null }],
    ["a part of the address", { Address: { House: "1", Town: "York" } }, { Address: { Town: "York" } }],
    ["a part less", { Address: { House: "1" } }, { Address: { Town: null } }],
    ["no address", { Address: undefined }, { Address: { House: null, Town: null } }],
    ["a consent less", { ReceiveX: undefined, XText: undefined }, { ReceiveX: false, XText: null }],
    ["a consent more", { ReceiveY: true, YText: "y" }, { ReceiveY: true, YText: "y" }],
  ]) {
    it(`writes what has changed: ${what}`, () => {
      const request = JSON.parse(JSON.stringify({ ...LEE, ...after }));
      assert.deepEqual(changesBetween(LEE, request), changes);
      const isLeft = Object.keys(changes).length > 0;
      const created = { Id: 7, Capability: "c", request: LEE };
      assert.deepEqual(whatIsLeft(created, request), isLeft ? { changes, canEdit: true } : undefined);
      assert.equal(whatIsLeft({ Id: 7, request: LEE }, request)?.canEdit, isLeft ? false : undefined);
    });
  }
});

describe("what the tab keeps", () => {
  const NAME = keptName("https://book.example/", "oak-and-salt", 0);
  const NOW = 1_000_000_000;

  /** A storage of the tab. */
  function storage() {
    const items = new Map();
    return {
      items,
      getItem: (name) => items.get(name) ?? null,
      setItem: (name, text) => items.set(name, text),
      removeItem: (name) => items.delete(name),
    };
  }

  it("is there for half an hour, and not before it was kept", () => {
    for (const [age, isThere] of [
      [0, true],
      [KEPT_MS - 1, true],
      [KEPT_MS, false],
      [-1, false],
    ]) {
      const tab = storage();
      keepDetails(tab, NAME, { key: "k" }, NOW);
      assert.equal(keptDetails(tab, NAME, NOW + age)?.key, isThere ? "k" : undefined, `${age} ms`);
      assert.equal(tab.items.size, isThere ? 1 : 0, "what is too old is removed");
    }
  });

  it("is gone once it is forgotten, and damage is nothing kept", () => {
    const tab = storage();
    keepDetails(tab, NAME, {}, NOW);
    forgetDetails(tab, NAME);
    assert.equal(tab.items.size, 0);
    for (const text of ["", "null", "7", "[]", "{", '{"at":"x"}']) {
      tab.items.set(NAME, text);
      assert.equal(keptDetails(tab, NAME, NOW), undefined, text);
    }
  });

  it("costs nothing where there is no storage, or a full one", () => {
    const fails = () => {
      throw new DOMException("no", "SecurityError");
    };
    for (const tab of [undefined, { getItem: fails, setItem: fails, removeItem: fails }]) {
      assert.equal(keptDetails(tab, NAME, NOW), undefined);
      keepDetails(tab, NAME, {}, NOW);
      forgetDetails(tab, NAME);
    }
  });

  it("tells forms apart", () => {
    const names = [
      NAME,
      keptName("https://book.example/", "oak-and-salt", 1),
      keptName("https://book.example/", "o", 0),
    ];
    assert.equal(new Set(names).size, 3);
  });

  it("never holds a consent, its wording or the drinking age", () => {
    const flags = ROWS.filter(({ kind }) => kind === "flag");
    assert.ok(flags.length >= 5);
    const boxes = Object.fromEntries(flags.map(({ name }) => [name, true]));
    const wordings = Object.fromEntries(flags.flatMap(({ optInText }) => (optInText ? [[optInText, "words"]] : [])));
    const request = { Surname: "Lee", Address: { Town: "Bath" }, ...boxes, ...wordings };
    const kept = requestToKeep(request, ROWS);
    assert.deepEqual(kept, { Surname: "Lee", Address: { Town: "Bath" } });
    assert.deepEqual(withBoxesOf({ ...request, Surname: "Li" }, kept, ROWS), request);
    const typed = new Map([
      ["Surname", { value: "Lee", question: "" }],
      ["IsDrinkingAge", { value: true, question: "" }],
    ]);
    assert.deepEqual(withoutBoxes(typed), [["Surname", { value: "Lee", question: "" }]]);
  });
});
