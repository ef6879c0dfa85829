/**
 * Gateways are killed and started again, and the engine's primary too, while guests and staff ask for more than the
 * account may send: the budget holds, and no key creates twice.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { load, measure } from "./load.mjs";
import { ALL, BUDGET, guest, nextAddress, startVendor, tally } from "./harness.mjs";
import { startPair, withEngine } from "./servers.mjs";
import { startBetweenProxies } from "./steps.mjs";

const SECONDS = ALL ? 300 : 90;
/** Three times the budget: enough that every slice is used. */
const GUESTS_PER_MINUTE = 3 * BUDGET;
/** The time between two kills. */
const KILL_MS = 7000;
/** In which turn the engine's primary is killed instead of a gateway. */
const FAILOVER_TURN = 4;

describe("four gateways that are killed again and again", () => {
  it("never exceed the budget, and never create twice under a key", async (context) => {
    const [vendor, pair] = await Promise.all([startVendor(context), startPair(context)]);
    const open = async () => {
      const server = withEngine("redis", pair.primary);
      const gateway = await startBetweenProxies(context, { vendor, server, options: { processes: 4 } });
      pair.proxies.push(gateway.proxies.engine);
      return gateway;
    };
    const gateways = await Promise.all([open(), open(), open(), open()]);
    const first = await gateways[0].create(guest("First"), { address: nextAddress() });
    assert.equal(first.status, 200, JSON.stringify(first));

    const loaded = load(gateways, first.body.Id, {
      seconds: SECONDS,
      guestsPerMinute: GUESTS_PER_MINUTE,
      run: "storm",
      tries: 3,
    });
    const end = Date.now() + SECONDS * 1000 - KILL_MS;
    const kills = { gateways: 0, primaries: 0 };
    for (let turn = 0; Date.now() < end; turn += 1) {
      await delay(KILL_MS);
      if (turn % (2 * FAILOVER_TURN) === FAILOVER_TURN) {
        await pair.failOver();
        await pair.repair();
        kills.primaries += 1;
        continue;
      }
      const place = turn % gateways.length;
      await gateways[place].kill();
      gateways[place] = await open();
      kills.gateways += 1;
    }
    const { guests, staff } = await loaded;
    const arrivals = await vendor.arrivals();
    const measured = measure(arrivals, SECONDS);
    const figures = {
      kills,
      ...measured,
      guests: tally(guests.map(({ status }) => status)),
      staff: tally(staff.map(({ status }) => status)),
    };
    console.log(`storm: ${JSON.stringify(figures)}`);
    assert.ok(measured.most <= BUDGET, `${measured.most} arrived in a minute`);
    assert.equal(measured.refused, 0, "the remote API has refused what was too much");
    const sent = arrivals.filter(({ operation }) => operation === "createCustomer").map(({ body }) => JSON.parse(body));
    const twice = Object.entries(tally(sent.map(({ Surname }) => Surname))).filter(([, count]) => count > 1);
    assert.deepEqual(twice, [], "a key has created twice");
    const idOf = new Map((await vendor.rows()).map(({ surname, record }) => [surname, record.Id]));
    for (const { status, body, surname } of guests) {
      if (status === 200) assert.equal(body.Id, idOf.get(surname), `${surname} was told another Id`);
    }
    assert.ok(guests.some(({ status }) => status === 200));
  });
});
