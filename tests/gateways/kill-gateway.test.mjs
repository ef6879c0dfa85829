/**
 * kill -9 of a gateway at every step of a create. The guest asks the other gateways under the same key: there is never a
 * second customer, and every answer is true.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startVendor } from "./harness.mjs";
import { startEngine } from "./servers.mjs";
import { STEPS, harmAt, startBetweenProxies, summary } from "./steps.mjs";

/** Room for all of this: the limit is another test's subject. */
const ROOM = 1000;
const OPTIONS = { requestsPerMinute: ROOM };

describe("a gateway that is killed at any step of a create", () => {
  for (const kind of ["redis", "postgres"]) {
    it(`leaves no second customer and no false answer, through ${kind}`, async (context) => {
      const [vendor, server] = await Promise.all([startVendor(context, ROOM), startEngine(context, kind)]);
      const open = () => startBetweenProxies(context, { vendor, server, options: OPTIONS });
      const others = await Promise.all([open(), open(), open()]);
      const results = [];
      // What a gateway has sent before it dies may still arrive, or be lost.
      for (const arrives of [true, false]) {
        for (const step of Object.keys(STEPS)) {
          const gateway = await open();
          const harm = async (gate) => {
            await gateway.kill();
            if (arrives) gate.release();
            else gate.cut();
          };
          const name = `Guest Killed ${results.length} ${kind}`;
          const result = await harmAt(step, { vendor, gateway, others, name, harm });
          results.push([`${step}${arrives ? "" : ", lost"}`, result]);
          const isFree = step === "before its claim" && !arrives;
          if (isFree) assert.equal(result.statuses.at(-1), 200, "nothing of the first request has arrived");
          if (step === "after its outcome is stored") assert.equal(result.statuses.at(-1), 200, "the outcome is known");
        }
      }
      console.log(summary(`kills of a gateway, ${kind}`, results));
    });
  }
});
