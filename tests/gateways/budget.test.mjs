/**
 * The account's budget among four gateways that share an engine: ten times as many guests as it has room for, from many
 * addresses and restaurants, with staff among them. It takes real minutes, because the limit is one of the remote API's.
 * Environment: ALL=1 has every engine under the whole load, and for longer.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { load, measure } from "./load.mjs";
import {
  ALL,
  BUDGET,
  MICROSITES,
  guest,
  mostInAMinute,
  nextAddress,
  startGateways,
  startVendor,
  tally,
} from "./harness.mjs";
import { startEngine } from "./servers.mjs";

/** How long each engine is under load: two of the remote API's minutes and a half, or five and a half. */
const LONG = { seconds: ALL ? 330 : 150 };
/** A minute and a half, with three times the budget: whether the budget holds with the other engines too. */
const SHORT = { seconds: 95, guestsPerMinute: 3 * BUDGET };
const ENGINES = {
  redis: LONG,
  postgres: ALL ? LONG : SHORT,
  durable: ALL ? LONG : SHORT,
  "deno-kv": ALL ? LONG : SHORT,
};
/** What must be used of what the budget has room for, and what a restaurant must get of an equal share. */
const LEAST_USE = 0.95;
const LEAST_SHARE = 0.8;
/** The most tries of a request of staff, one a second: so long another gateway may keep a slice that it does not use. */
const MOST_TRIES = 10;

describe("the account's budget, shared by four gateways", { concurrency: true }, () => {
  for (const [kind, length] of Object.entries(ENGINES)) {
    it(`is never exceeded and is used, in shares that are fair, through ${kind}`, async (context) => {
      const [vendor, server] = await Promise.all([startVendor(context), startEngine(context, kind)]);
      const gateways = await startGateways(context, { upstream: vendor.url, engine: server.engine });
      const first = await gateways[0].create(guest("First"), { address: nextAddress() });
      assert.equal(first.status, 200, JSON.stringify(first));
      const { guests, staff } = await load(gateways, first.body.Id, { ...length, run: kind });
      const measured = measure(await vendor.arrivals(), length.seconds);
      const sends = (await Promise.all(gateways.map((gateway) => gateway.sends()))).flat().sort((a, b) => a - b);
      const mostSent = mostInAMinute(sends.map((atMs) => ({ atMs })));
      const tries = tally(staff.map(({ status, tries }) => (status === 200 ? tries : `gave up: ${status}`)));
      const statuses = tally(guests.map(({ status, reason }) => reason ?? status));
      console.log(
        `gateways, ${kind}: ${JSON.stringify({ ...measured, mostSent, guests: statuses, staffTries: tries })}`,
      );

      assert.ok(measured.most <= BUDGET, `${measured.most} arrived in a minute`);
      assert.equal(measured.refused, 0, "the remote API has refused what was too much");
      assert.ok(measured.use >= LEAST_USE, `${measured.use} of the budget was used`);
      for (const microsite of MICROSITES) {
        const part = measured.shares[microsite];
        assert.ok(part >= LEAST_SHARE, `${microsite} got ${part} of its part`);
      }
      assert.deepEqual(
        staff.filter(({ status, tries }) => status !== 200 || tries > MOST_TRIES),
        [],
        "staff have starved",
      );
      assert.deepEqual(
        Object.keys(statuses).filter((status) => !["200", "408", "424", "429"].includes(status)),
        [],
        "a guest is served, or told that nothing was written",
      );
    });
  }
});
