/**
 * The engine is away for a while, under load: what the gateways still do, how much they still send, and that they come
 * back by themselves. It takes real minutes, because a gateway goes on alone only after what all have sent has left the
 * remote API's minute.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { until } from "../support/program.mjs";
import {
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

const COUNT = 4;
/** Of each gateway alone. */
const PART = BUDGET / COUNT;
/** How long the load runs with the engine, before and after its absence. */
const WELL_MS = 15_000;
/** How long it is away: longer than a gateway waits before it goes on alone, and the minute that it then fills. */
const AWAY_MS = 100_000;
/** When a gateway goes on alone, at the earliest: when everything that was sent before has left the remote API's minute. */
const ALONE_MS = 60_000;
/** The pause between two requests of one kind at each gateway. */
const PAUSE_MS = 200;

describe("an engine that goes away under load", () => {
  it("takes keyed creates along, but not the Setups, and gives each gateway its part of the budget", async (context) => {
    const [vendor, server] = await Promise.all([startVendor(context), startEngine(context, "redis")]);
    const options = { processes: COUNT };
    const gateways = await startGateways(context, {
      upstream: vendor.url,
      engine: server.engine,
      options,
      count: COUNT,
    });
    const first = await gateways[0].create(guest("First"), { address: nextAddress() });
    assert.equal(first.status, 200, JSON.stringify(first));
    for (const gateway of gateways) assert.equal((await gateway.status()).shared.state, "well");
    await Promise.all(gateways.map((gateway) => gateway.setup(MICROSITES[0])));

    const answers = [];
    let phase = "before";
    let isOver = false;
    const again = async (kind, ask) => {
      for (let turn = 0; !isOver; turn += 1) {
        const begun = phase;
        const { status } = await ask(turn);
        answers.push({ kind, status, phase: begun === phase ? phase : "between" });
        await delay(PAUSE_MS);
      }
    };
    const loads = gateways.flatMap((gateway, index) => [
      again("setup", () => gateway.setup(MICROSITES[0])),
      again("read", () => gateway.read(first.body.Id)),
      again("create", (turn) =>
        gateway.create(guest(`Guest ${index} ${turn}`), {
          key: `key-of-the-guest-${index}-${turn}`,
          address: nextAddress(),
        }),
      ),
    ]);
    await delay(WELL_MS);
    const before = (await vendor.arrivals()).length;
    await server.kill();
    const killed = Date.now();
    phase = "noticing";
    const states = async () => Promise.all(gateways.map(async (gateway) => (await gateway.status()).shared.state));
    await until(
      async () => (await states()).every((state) => state !== "well"),
      () => "a gateway has not noticed that the engine is away",
    );
    phase = "away";
    const awayFrom = (await vendor.arrivals()).length;
    await delay(AWAY_MS - (Date.now() - killed));
    assert.deepEqual(
      await states(),
      gateways.map(() => "alone"),
    );
    const arrivals = await vendor.arrivals();
    await server.start();
    const back = Date.now();
    phase = "coming back";
    await until(
      async () => (await states()).every((state) => state === "well"),
      () => "a gateway has not come back",
    );
    const backMs = Date.now() - back;
    phase = "after";
    await delay(WELL_MS);
    isOver = true;
    await Promise.all(loads);

    const of = (wanted, kind) =>
      tally(answers.filter((a) => a.phase === wanted && a.kind === kind).map((a) => a.status));
    const inAbsence = arrivals.slice(awayFrom);
    const alone = inAbsence.filter(({ atMs }) => atMs - arrivals[before - 1].atMs > ALONE_MS);
    const all = await vendor.arrivals();
    const figures = {
      most: mostInAMinute(all),
      whileAway: inAbsence.length,
      alone: alone.length,
      backMs,
      creates: of("away", "create"),
      setups: of("away", "setup"),
      reads: of("away", "read"),
      createsAfter: of("after", "create"),
    };
    console.log(`engine away: ${JSON.stringify(figures)}`);
    assert.ok(figures.most <= BUDGET, `${figures.most} arrived in a minute`);
    assert.equal(all.filter(({ status }) => status === 429).length, 0, "the remote API has refused something");
    assert.deepEqual(Object.keys(figures.creates), ["424"], "without the engine, a create under a key is not sent");
    assert.ok(!inAbsence.some(({ operation }) => operation === "createCustomer"));
    assert.deepEqual(Object.keys(figures.setups), ["200"], "what is known of a restaurant is still served");
    assert.ok(alone.length > 0 && alone.length <= COUNT * PART, `${alone.length} were sent by gateways alone`);
    assert.ok(figures.reads[200] > 0, "staff can read");
    const rows = tally((await vendor.rows()).map(({ surname }) => surname));
    assert.ok(
      Object.values(rows).every((count) => count === 1),
      "a key has made two customers",
    );
  });
});
