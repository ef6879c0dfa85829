/**
 * kill -9 of the engine's primary, whose replica takes over, at every step of a create. A claim that only the primary had
 * would be forgotten: so a claim waits for a replica, and is refused if none answers.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { until } from "../support/program.mjs";
import { startProxy } from "../support/proxy.mjs";
import { startRedis } from "../support/engine-server.mjs";
import { guest, nextAddress, startVendor } from "./harness.mjs";
import { startPair, withEngine } from "./servers.mjs";
import { STEPS, checkAnswers, harmAt, harmless, startBetweenProxies, summary } from "./steps.mjs";

const ROOM = 1000;
const OPTIONS = { requestsPerMinute: ROOM };

describe("a primary that is killed, and its replica that takes over", { concurrency: true }, () => {
  it("at any step of a create, never make a second customer", async (context) => {
    const [vendor, pair] = await Promise.all([startVendor(context, ROOM), startPair(context)]);
    const server = withEngine("redis", pair.primary);
    const open = () => startBetweenProxies(context, { vendor, server, options: OPTIONS });
    const [gateway, ...others] = await Promise.all([open(), open(), open(), open()]);
    pair.proxies.push(...[gateway, ...others].map(({ proxies }) => proxies.engine));
    const results = [];
    for (const one of [gateway, ...others]) await harmless(one, vendor, `Guest Served ${others.indexOf(one) + 1}`);
    for (const step of Object.keys(STEPS)) {
      const name = `Guest Failover ${results.length}`;
      const harm = async (gate) => {
        await pair.failOver();
        gate.release();
      };
      const result = await harmAt(step, { vendor, gateway, others, name, harm });
      results.push([step, result]);
      if (step === "after its outcome is stored") {
        const last = result.statuses.at(-1);
        assert.ok([200, 409].includes(last), `the outcome may not have reached the replica, but ${last} was answered`);
      }
      await pair.repair();
      for (const one of [gateway, others[results.length % others.length]]) {
        const after = await harmless(one, vendor, `Guest After ${results.length} ${others.indexOf(one) + 1}`);
        assert.equal(after.at(-1).status, 200, `${step}: ${JSON.stringify(after)}`);
      }
    }
    console.log(summary("failovers", results));
  });

  it("are no danger to a claim that the replica does not have: it is refused", async (context) => {
    const [vendor, primary] = await Promise.all([startVendor(context, ROOM), startRedis(context)]);
    const link = await startProxy(context, primary.port);
    const replica = await startRedis(context, { replicaOf: { port: link.port } });
    const server = withEngine("redis", primary);
    const open = () => startBetweenProxies(context, { vendor, server, options: OPTIONS });
    const [gateway, other] = await Promise.all([open(), open()]);
    const well = await harmless(gateway, vendor, "Guest Before");
    assert.equal(well.at(-1).status, 200, JSON.stringify(well));
    // The primary still takes the replica for connected, but nothing comes through.
    link.swallow("down");
    const name = "Guest Unreplicated";
    const key = "key-of-the-guest-unreplicated";
    const refused = await gateway.create(guest(name), { key, address: nextAddress() });
    assert.equal(refused.status, 424, JSON.stringify(refused));
    await primary.kill();
    await replica.command("replicaof", "no", "one");
    for (const one of [gateway, other]) one.proxies.engine.retarget(replica.port);
    const answers = [];
    await until(
      async () => {
        answers.push(await other.create(guest(name), { key, address: nextAddress() }));
        return answers.at(-1).status === 200;
      },
      () => `the guest was not served after the failover: ${JSON.stringify(answers.at(-1))}`,
    );
    await checkAnswers(vendor, name, [refused, ...answers]);
  });
});
