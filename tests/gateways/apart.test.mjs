/**
 * What gateways do that share nothing: it shows that the checks of this suite can fail. Each of four gateways takes the
 * account's whole budget for its own, and one key creates at each of them.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { until } from "../support/program.mjs";
import { BUDGET, guest, mostInAMinute, nextAddress, startGateways, startVendor, tally } from "./harness.mjs";

describe("four gateways that share nothing", () => {
  it("send more than the account's budget, and create twice under one key", async (context) => {
    const vendor = await startVendor(context);
    const gateways = await startGateways(context, { upstream: vendor.url });
    const ANN = guest("Ann Apart");
    const twins = await Promise.all(
      gateways.map((gateway) => gateway.create(ANN, { key: "one-key-at-each-of-them", address: nextAddress() })),
    );
    assert.deepEqual(tally(twins.map(({ status }) => status)), { 200: 4 });
    assert.equal(new Set(twins.map(({ body }) => body.Id)).size, 4, "one key has made four customers");
    assert.equal((await vendor.rows("Ann Apart")).length, 4);

    // Nobody waits for these: a gateway that the remote API has refused waits for a minute by itself.
    const id = twins[0].body.Id;
    for (const gateway of gateways) for (let turn = 0; turn < (3 * BUDGET) / 4; turn += 1) void gateway.read(id);
    const isOver = async () => {
      const arrivals = await vendor.arrivals();
      return mostInAMinute(arrivals) > BUDGET && arrivals.some(({ status }) => status === 429);
    };
    await until(isOver, () => "the four have kept to one budget without sharing it");
  });
});
