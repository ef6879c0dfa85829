/**
 * The network between a gateway and the engine, or between it and the remote API, fails at every step of a create: it is
 * cut, or swallows what goes one way. Afterwards it works again.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startVendor } from "./harness.mjs";
import { startEngine } from "./servers.mjs";
import { STEPS, harmAt, harmless, startBetweenProxies, summary } from "./steps.mjs";

const ROOM = 1000;
const OPTIONS = { requestsPerMinute: ROOM };

const BEFORE = ["before its claim", "in the middle of its claim"];
const AFTER = "after its claim";

/**
 * How the network fails, and how it works again. `gate` holds what is on its way. At the steps `unclaimed` the gateway
 * does not hear that it has the claim.
 */
const FAULTS = {
  "is cut": {
    unclaimed: [...BEFORE, AFTER],
    harm: (proxy, gate) => {
      proxy.cut();
      gate.cut();
    },
    mend: (proxy) => proxy.mend(),
  },
  "swallows what comes back": {
    unclaimed: [...BEFORE, AFTER],
    harm: (proxy, gate) => {
      proxy.swallow("down");
      gate.release();
    },
    mend: (proxy) => proxy.swallow("down", false),
  },
  "swallows what is sent": {
    unclaimed: BEFORE,
    harm: (proxy, gate) => {
      proxy.swallow("up");
      gate.release();
    },
    mend: (proxy) => proxy.swallow("up", false),
  },
};

describe("the network between a gateway and its engine", { concurrency: true }, () => {
  for (const [fault, { unclaimed, harm, mend }] of Object.entries(FAULTS)) {
    it(`${fault} at any step of a create, and no second customer comes of it`, async (context) => {
      const [vendor, server] = await Promise.all([startVendor(context, ROOM), startEngine(context, "redis")]);
      const open = () => startBetweenProxies(context, { vendor, server, options: OPTIONS });
      const [gateway, ...others] = await Promise.all([open(), open(), open(), open()]);
      const results = [];
      await harmless(gateway, vendor, `Guest Served ${fault.split(" ").at(-1)}`);
      for (const step of Object.keys(STEPS)) {
        const name = `Guest Cut ${results.length} ${fault.split(" ").at(-1)}`;
        const result = await harmAt(step, {
          vendor,
          gateway,
          others,
          name,
          harm: (gate) => harm(gateway.proxies.engine, gate),
        });
        mend(gateway.proxies.engine);
        results.push([step, result]);
        const [own] = result.statuses;
        if (unclaimed.includes(step)) {
          assert.ok([424, 409].includes(own), `${step}: without a claim nothing is sent, but ${own} was answered`);
        }
        // The gateway goes on by itself: this guest is another one.
        const after = await harmless(gateway, vendor, `Guest Mended ${results.length} ${fault.split(" ").at(-1)}`);
        assert.equal(after.at(-1).status, 200, `${step}: ${JSON.stringify(after)}`);
      }
      console.log(summary(`the network ${fault}`, results));
    });
  }
});
