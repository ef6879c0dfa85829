/** Creates under a key at four gateways that share an engine: a thousand requests, a hundred customers. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pool } from "../faults/run.mjs";
import {
  MICROSITES,
  guest,
  insist,
  mostInAMinute,
  startCommand,
  startGateways,
  startVendor,
  tally,
} from "./harness.mjs";
import { startEngine } from "./servers.mjs";

const KEYS = 100;
const REQUESTS = 1000;
/** Enough for ten keys at a time, and not so many that a slow machine keeps a body waiting for ten seconds. */
const AT_ONCE = 100;
/** The remote API's limit is another test's subject: here all guests have room. */
const ROOM = 2000;

/** The engines, and how the gateways are run: by a program of the test, or two of four by the command. */
const ROWS = [["redis"], ["redis", "command"], ["postgres", "command"], ["durable"], ["deno-kv"]];

/** Starts four gateways. */
async function open(scope, { vendor, server, command }) {
  const common = { upstream: vendor.url, engine: server.engine };
  const options = { requestsPerMinute: ROOM };
  const own = await startGateways(scope, { ...common, options, count: command ? 2 : 4 });
  if (!command) return own;
  return [
    ...own,
    await startCommand(scope, { ...common, ...options }),
    await startCommand(scope, { ...common, ...options }),
  ];
}

describe("a thousand creates under a hundred keys, spread over four gateways", () => {
  for (const [kind, command] of ROWS) {
    it(`make a hundred customers, through ${kind}${command ? " and the command" : ""}`, async (context) => {
      const [vendor, server] = await Promise.all([startVendor(context, ROOM), startEngine(context, kind)]);
      const gateways = await open(context, { vendor, server, command });
      // A worker is opened by its first request; another that waits for it could be ended with it.
      for (const gateway of gateways) await gateway.setup(MICROSITES[0]);
      const numbers = Array.from({ length: REQUESTS }, (_, number) => number);
      const answers = await pool(numbers, AT_ONCE, async (number) => {
        // The requests of one key come together, at all gateways, each beginning at another.
        const one = Math.floor((number * KEYS) / REQUESTS);
        const microsite = MICROSITES[one % MICROSITES.length];
        const turn = number % gateways.length;
        const order = [...gateways.slice(turn), ...gateways.slice(0, turn)];
        const key = `key-of-the-guest-${one}`;
        return { one, tried: await insist(order, guest(`Guest ${one}`, microsite), { key, microsite }) };
      });
      console.log(
        `once, ${kind}: ${JSON.stringify(tally(answers.flatMap(({ tried }) => tried.map((t) => t.status))))}`,
      );

      const rows = await vendor.rows();
      const idOf = new Map(rows.map(({ surname, record }) => [surname, record.Id]));
      for (const { one, tried } of answers) {
        const { status, body } = tried.at(-1);
        assert.equal(status, 200, `${one}: ${JSON.stringify(tried)}`);
        assert.equal(body.Id, idOf.get(`Guest ${one}`), "the same Id for the same key");
      }
      assert.equal(rows.length, KEYS);
      const arrivals = await vendor.arrivals();
      assert.equal(tally(arrivals.map(({ operation }) => operation)).createCustomer, KEYS, "nothing was sent twice");
      assert.ok(mostInAMinute(arrivals) <= ROOM);
    });
  }
});
