/** For whoever changes the demo: when its restaurants have tables, and what its server keeps of a booking. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { bookings } from "../../www/bookings.mjs";
import {
  clock,
  dayInWords,
  firstDay,
  inWords,
  lastDay,
  later,
  nearestTime,
  openOn,
  times,
  whyNoTable,
} from "../../www/demo/hours.js";
import { RESTAURANTS } from "../../www/demo/restaurants.js";

const OAK = RESTAURANTS["oak-and-salt"].hours;
const LANTERN = RESTAURANTS["little-lantern"].hours;
/** A Sunday, before any restaurant opens. */
const NOW = { day: "2026-11-29", time: "09:00" };

describe("the demo's hours", () => {
  it("offer tables from the opening to an hour and a half before the end", () => {
    for (const [what, hours, day, first, last, count] of [
      ["a Sunday", OAK, "2026-12-06", "12:00", "15:30", 8],
      ["a Monday", OAK, "2026-12-07", undefined, undefined, 0],
      ["a Tuesday", OAK, "2026-12-08", "17:30", "20:30", 7],
      ["a Thursday", OAK, "2026-12-10", "17:30", "20:30", 7],
      ["a Friday", OAK, "2026-12-11", "12:00", "21:30", 20],
      ["a Saturday that ends after midnight", LANTERN, "2026-12-12", "18:00", "23:30", 12],
      ["today", OAK, "2026-11-29", "12:00", "15:30", 8],
      ["yesterday", OAK, "2026-11-28", undefined, undefined, 0],
      ["the last day", OAK, "2027-02-27", "12:00", "21:30", 20],
      ["the day after", OAK, "2027-02-28", undefined, undefined, 0],
      ["no day", OAK, "", undefined, undefined, 0],
      ["a day that is none", OAK, "2026-13-01", undefined, undefined, 0],
    ]) {
      const all = times(hours, day, NOW);
      assert.deepEqual([all[0], all.at(-1), all.length], [first, last, count], what);
    }
  });

  it("offer of today only what is to come", () => {
    const at = (time) => times(OAK, NOW.day, { ...NOW, time });
    assert.equal(at("12:00")[0], "12:30");
    assert.deepEqual(at("15:29"), ["15:30"]);
    assert.deepEqual(at("15:30"), []);
  });

  it("say why there is no table, and nothing where there is one", () => {
    for (const [day, time, says] of [
      ["2026-12-08", "09:00", /^$/],
      ["2026-12-07", "09:00", /closed on Mondays/],
      ["2026-11-28", "09:00", /is over/],
      ["2027-02-28", "09:00", /until Saturday 27 February/],
      ["2026-11-29", "16:00", /left today/],
      ["", "09:00", /Choose a day/],
      ["soon", "09:00", /Choose a day/],
    ]) {
      const now = { ...NOW, time };
      assert.match(whyNoTable(OAK, day, now), says, day);
      assert.equal(times(OAK, day, now).length > 0, whyNoTable(OAK, day, now) === "", day);
    }
  });

  it("begin with the first day that is open, and the time that is nearest", () => {
    assert.equal(firstDay(OAK, NOW), "2026-12-01");
    assert.equal(firstDay(OAK, { day: "2026-12-02", time: "23:59" }), "2026-12-03");
    assert.equal(nearestTime(["12:00", "15:30"], "19:30"), "15:30");
    assert.equal(nearestTime(["18:00", "19:30", "20:00"], "19:30"), "19:30");
  });

  it("go by the clock of the restaurants, and through a change of it", () => {
    assert.deepEqual(clock(new Date("2026-06-30T23:30:00Z")), { day: "2026-07-01", time: "00:30" });
    assert.deepEqual(clock(new Date("2026-12-31T23:30:00Z")), { day: "2026-12-31", time: "23:30" });
    assert.equal(later("2026-10-24", 2), "2026-10-26");
    assert.equal(lastDay(NOW), "2027-02-27");
    assert.equal(dayInWords("2026-12-24"), "Thursday 24 December");
  });

  it("stand in the page as they are, for browsers without JavaScript", () => {
    const html = readFileSync(new URL("../../www/demo/index.html", import.meta.url), "utf8");
    for (const [days, open] of Object.entries(OAK)) {
      assert.ok(html.includes(`<dd data-text="${days}">${inWords(open)}</dd>`), days);
    }
    for (const { hours } of Object.values(RESTAURANTS)) assert.equal(openOn(hours, "2026-12-07"), undefined, "Monday");
  });
});

describe("the demo's bookings", () => {
  const PAGE = "http://127.0.0.1:8080";
  const TABLE = { microsite: "oak-and-salt", customer: 7, day: "2026-12-08", time: "19:30", party: 2, requests: "" };

  /** A booking system at nine o'clock, and what it answers: `[status, body]`. */
  function open() {
    const handle = bookings([PAGE], () => new Date("2026-11-29T09:00:00Z"));
    return async (table, { origin = PAGE, method = "POST", body = JSON.stringify(table) } = {}) => {
      const init = { method, headers: { Origin: origin }, ...(method === "POST" && { body }) };
      const response = await handle(new Request(`${PAGE}/demo/bookings`, init));
      return [response.status, await response.json()];
    };
  }

  it("keep what a guest has booked, and give it a number", async () => {
    const book = open();
    const whole = { ...TABLE, requests: "A quiet corner" };
    assert.deepEqual(await book(whole), [201, { ...whole, number: 1001 }]);
    assert.deepEqual(await book({ ...TABLE, customer: 8 }), [201, { ...TABLE, customer: 8, number: 1002 }]);
  });

  it("keep one table for a guest, the last that was sent", async () => {
    const book = open();
    await book(TABLE);
    assert.deepEqual(await book(TABLE), [200, { ...TABLE, number: 1001 }]);
    const changed = { ...TABLE, time: "20:00", party: 4 };
    assert.deepEqual(await book(changed), [200, { ...changed, number: 1001 }]);
    assert.equal((await book({ ...TABLE, microsite: "harbour-room" }))[0], 201, "a table at another restaurant");
  });

  it("refuse what the page would not offer, in words", async () => {
    const book = open();
    for (const [change, says] of [
      [{ day: "2026-12-07" }, /closed on Mondays/],
      [{ day: "2026-11-28" }, /is over/],
      [{ time: "11:00" }, /no table at 11:00/],
      [{ time: "19:31" }, /no table at 19:31/],
      [{ party: 0 }, /1 to 8/],
      [{ party: 9 }, /1 to 8/],
      [{ microsite: "nowhere" }, /no such restaurant/],
      [{ microsite: "constructor" }, /no such restaurant/],
      [{ requests: "x".repeat(1001) }, /at most 1000/],
    ]) {
      const [status, { Message }] = await book({ ...TABLE, ...change });
      assert.equal(status, 422, JSON.stringify(change));
      assert.match(Message, says);
    }
    assert.equal((await book(TABLE))[1].number, 1001, "nothing of it was kept");
  });

  it("refuse what is no booking of a page of ours", async () => {
    const book = open();
    for (const [status, ...asked] of [
      [403, TABLE, { origin: "https://evil.example" }],
      [405, TABLE, { method: "GET" }],
      [400, null],
      [400, { ...TABLE, customer: "7" }],
      [400, { ...TABLE, requests: undefined }],
      [400, TABLE, { body: "{" }],
      [413, TABLE, { body: JSON.stringify({ ...TABLE, more: "x".repeat(9000) }) }],
    ]) {
      assert.equal((await book(...asked))[0], status, JSON.stringify(asked));
    }
  });
});
