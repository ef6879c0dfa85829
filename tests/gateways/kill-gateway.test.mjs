/**
 * kill -9 of a gateway at every step of a create. The guest asks the other gateways under the same key: there is never a
 * second customer, and every answer is true.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startVendor } from "./harness.mjs";
import { startEngine } from "./servers.mjs";
import { STEPS, harmAt, harmless, startBetweenProxies, summary } from "./steps.mjs";

/** Room for all of this: the limit is another test's subject. */
const ROOM = 1000;
const OPTIONS = { requestsPerMinute: ROOM };

/**
 * What the guest may be told by the others: stored, or, where a claim is left behind, that the create is under way. The
 * swap with the claim may have lost against another gateway's that changed the budget: then there is no claim yet.
 */
function expected(step, arrives) {
  if (step === "after its outcome is stored") return [200];
  if (step === "before its outcome is stored") return arrives ? [200] : [409];
  if (step === "after its claim") return [409, 200];
  if (["before its claim", "in the middle of its claim"].includes(step)) return arrives ? [409, 200] : [200];
  return [409];
}

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
          // The first request of a process also has to find out what is shared.
          await harmless(gateway, vendor, `Guest Served ${results.length} ${kind}`);
          const harm = async (gate) => {
            await gateway.kill();
            if (arrives) gate.release();
            else gate.cut();
          };
          const name = `Guest Killed ${results.length} ${kind}`;
          const result = await harmAt(step, { vendor, gateway, others, name, harm });
          results.push([`${step}${arrives ? "" : ", lost"}`, result]);
          const last = result.statuses.at(-1);
          assert.ok(expected(step, arrives).includes(last), `${step}: ${JSON.stringify(result.statuses)}`);
        }
      }
      console.log(summary(`kills of a gateway, ${kind}`, results));
    });
  }
});
