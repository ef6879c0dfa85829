/**
 * For the gateways suite: a create that stops at each of its steps, so that something can be killed or cut just there,
 * and what must be true of it afterwards.
 */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { startProxy } from "../support/proxy.mjs";
import { guest, insist, nextAddress, startGateways, tally } from "./harness.mjs";

/** What goes to the engine when a create is claimed, and when its outcome is stored. */
const CLAIM = /claim:/;
/** The head of a create to the remote API. */
const CREATE = /POST \S+\/Customer HTTP/;
/** How long a step may take to be reached. */
const STEP_MS = 15_000;
/** How often the guest asks the other gateways while they say that the request is under way. */
const ENOUGH = 3;
/** What a guest may be told: stored, too slow, under way, not asked, too many, not confirmed; 0 is no answer. */
const TRUE_STATUSES = [200, 408, 409, 424, 429, 502, 0];

/**
 * The steps of a create: how to stop there. Each takes the gateway's proxies and resolves to what `holdAt` resolves to.
 * `isSent` says whether the create has reached the remote API by then.
 */
export const STEPS = {
  "before its claim": { isSent: false, stop: ({ engine }) => engine.holdAt(CLAIM) },
  "in the middle of its claim": { isSent: false, stop: ({ engine }) => engine.holdAt(CLAIM, { bytes: 40 }) },
  "after its claim": { isSent: false, stop: ({ engine }) => engine.holdAt(CLAIM, { after: true }) },
  "before it is sent": { isSent: false, stop: ({ vendor }) => vendor.holdAt(CREATE) },
  "while it is under way": { isSent: true, stop: ({ vendor }) => vendor.holdAt(CREATE, { after: true }) },
  "before its outcome is stored": { isSent: true, stop: afterAnswer(false) },
  "after its outcome is stored": { isSent: true, stop: afterAnswer(true) },
};

/** Stops at the second swap, which comes after the remote API's answer. */
function afterAnswer(after) {
  return async ({ engine, vendor }) => {
    const answer = await vendor.holdAt(CREATE, { after: true });
    const stopped = engine.holdAt(CLAIM, { after });
    answer.release();
    return stopped;
  };
}

/**
 * Starts a gateway whose way to the engine leads through a proxy of its own. To the remote API, all go through one: what
 * gateways share is of one account at one address.
 */
export async function startBetweenProxies(scope, { vendor, server, options }) {
  vendor.proxy ??= startProxy(scope, vendor.port);
  const proxies = { engine: await startProxy(scope, server.port), vendor: await vendor.proxy };
  const upstream = `http://127.0.0.1:${proxies.vendor.port}`;
  const engine = server.through(proxies.engine);
  const [gateway] = await startGateways(scope, { upstream, engine, count: 1, options });
  return Object.assign(gateway, { proxies });
}

/**
 * Has `gateway` create a customer that stops at a step, does `harm(gate, gateway)` there, and then has the guest ask
 * `others` for an answer under the same key. `gate` is what `holdAt` resolves to. Resolves to all statuses, when what
 * must be true of them has been checked.
 */
export async function harmAt(step, { vendor, gateway, others, name, harm }) {
  const key = `key-of-${name.toLowerCase().replaceAll(" ", "-")}`;
  const details = guest(name);
  const stopped = STEPS[step].stop(gateway.proxies);
  const first = gateway.create(details, { key, address: nextAddress() });
  const gate = await Promise.race([stopped, tooEarly(first, step), tooLate(step)]);
  await harm(gate, gateway);
  const repeats = await insist(others, details, { key, enough: ENOUGH });
  gate.release();
  // The gateway that was harmed ends its request by itself; what it does late must not be a second create.
  const answers = [await first, ...repeats, ...(await insist(others, details, { key, patienceMs: 0 }))];
  await checkAnswers(vendor, name, answers);
  return { statuses: answers.map(({ status }) => status), answers };
}

async function tooEarly(first, step) {
  const answer = await first;
  // The answer to the guest does not wait for the outcome to be stored, so that it may come before the step.
  if (answer.status === 200 && step.includes("outcome")) return new Promise(() => {});
  throw new Error(`the create ended before the step "${step}": ${JSON.stringify(answer)}`);
}

async function tooLate(step) {
  await delay(STEP_MS, undefined, { ref: false });
  throw new Error(`the create has not come to the step "${step}"`);
}

/** Never two customers under one key, and every answer true. Resolves to the customer's row, if there is one. */
export async function checkAnswers(vendor, name, answers) {
  const said = JSON.stringify(answers);
  const sent = (await vendor.arrivals()).filter(
    ({ operation, body }) => operation === "createCustomer" && JSON.parse(body).Surname === name,
  );
  const rows = await vendor.rows(name);
  assert.ok(sent.length <= 1, `${name}: ${sent.length} creates were sent; the guest was told ${said}`);
  assert.ok(rows.length <= 1, `${name}: there are ${rows.length} customers; the guest was told ${said}`);
  for (const { status, body } of answers) {
    assert.ok(TRUE_STATUSES.includes(status), `${name}: ${said}`);
    if (status === 200) assert.equal(body.Id, rows[0]?.record.Id, `${name}: ${said}`);
  }
  return rows[0];
}

/** A line for the log of a run: how often each status was answered at each step. */
export function summary(title, results) {
  const lines = results.map(([step, { statuses }]) => `${step}: ${JSON.stringify(tally(statuses))}`);
  return `${title}: ${lines.join("; ")}`;
}

/** A create without harm at one gateway. Resolves to all answers, the last of which is 200 if it has served the guest. */
export async function harmless(gateway, vendor, name) {
  const key = `key-of-${name.toLowerCase().replaceAll(" ", "-")}`;
  const answers = await insist([gateway], guest(name), { key });
  await checkAnswers(vendor, name, answers);
  return answers;
}
