/** For `cargo xtask bench page`: one guest's visit to one page, in a browser that has never seen it. */
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { GUEST } from "../../tests/support/guest.mjs";
import { SETUP } from "../../tests/support/widget.mjs";
import { probe } from "./probe.mjs";

const KBIT = 1000 / 8;
/** A slow 4G network and a phone that is four times slower than this machine. */
export const SLOW = { name: "slow", latency: 150, down: 1600 * KBIT, up: 750 * KBIT, slowdown: 4 };
/** This machine, without a network between. */
export const FAST = { name: "fast", latency: 0, down: -1, up: -1, slowdown: 1 };

/** The sizes of a phone's screen and of a window on a desk. */
const [PHONE, DESKTOP] = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
];
export const SCREENS = [PHONE, DESKTOP];
/** How long a guest waits for anything. */
const PATIENCE_MS = 30_000;
const SETUP_MS = 3000;
/** Longer than Chromium takes to report a layout shift or the end of an answer. */
const REPORTED_MS = 500;
const WRONG_EMAIL = "zoe.obrien@";
const WRONG_NUMBER = "07700";
/** Layout shifts that follow each other within a second count together, for five seconds at most: https://web.dev/articles/cls */
const [GAP_MS, WINDOW_MS] = [1000, 5000];

/** Puts a tab under these conditions. */
export async function throttle(protocol, { latency, down, up, slowdown }) {
  await protocol.send("Network.enable");
  await protocol.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: down,
    uploadThroughput: up,
  });
  await protocol.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
}

/** A tab of a new browser profile under these conditions; `close` ends it. */
async function open(browser, { label }, conditions, viewport = PHONE) {
  const context = await browser.newContext({ locale: "en-GB", viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const protocol = await context.newCDPSession(page);
  const traffic = new Traffic(protocol);
  const seen = new Map();
  const eyes = new EventTarget();
  protocol.on("Runtime.bindingCalled", ({ name, payload }) => {
    if (name !== "benchSays") return;
    const { event, ...facts } = JSON.parse(payload);
    seen.set(event, facts);
    eyes.dispatchEvent(new Event(event));
  });
  await protocol.send("Runtime.enable");
  await protocol.send("Runtime.addBinding", { name: "benchSays" });
  await protocol.send("Performance.enable", { timeDomain: "timeTicks" });
  await throttle(protocol, conditions);
  await page.addInitScript(probe, { label });
  return {
    page,
    traffic,
    /** Waits until the probe has seen something; resolves to its facts. */
    async see(event) {
      if (!seen.has(event)) {
        const came = new Promise((resolve) => eyes.addEventListener(event, resolve, { once: true }));
        await Promise.race([came, delay(PATIENCE_MS, undefined, { ref: false })]);
      }
      assert.ok(seen.has(event), `${event} was not seen within ${PATIENCE_MS} ms at ${page.url()}`);
      return seen.get(event);
    },
    /** How long the page's main thread has worked so far, in milliseconds, and how much of that in scripts. */
    async work() {
      const { metrics } = await protocol.send("Performance.getMetrics");
      const value = (name) => metrics.find((metric) => metric.name === name).value * 1000;
      return { thread: value("TaskDuration"), script: value("ScriptDuration") };
    },
    shifts: () => page.evaluate(() => globalThis.benchShifts),
    close: () => context.close(),
  };
}

/** The requests of a page, with their times in milliseconds since the first one. */
class Traffic {
  requests = [];
  #byId = new Map();
  #start;

  constructor(protocol) {
    protocol.on("Network.requestWillBeSent", ({ requestId, request, type, timestamp }) => {
      if (request.url.startsWith("data:")) return;
      this.#start ??= timestamp;
      const one = {
        url: request.url,
        method: request.method,
        type,
        start: this.#since(timestamp),
        end: null,
        bytes: 0,
      };
      this.#byId.set(requestId, one);
      this.requests.push(one);
    });
    protocol.on("Network.responseReceived", ({ requestId, response }) => {
      const one = this.#byId.get(requestId);
      if (one) one.length = Number(response.headers["Content-Length"] ?? response.headers["content-length"]);
    });
    protocol.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
      const one = this.#byId.get(requestId);
      if (one) one.bytes += encodedDataLength;
    });
    protocol.on("Network.loadingFinished", ({ requestId, timestamp, encodedDataLength }) => {
      const one = this.#byId.get(requestId);
      if (one) Object.assign(one, { end: this.#since(timestamp), bytes: encodedDataLength });
    });
  }

  #since = (timestamp) => (timestamp - this.#start) * 1000;

  /** The number and the bytes of the requests that had ended at a time. */
  endedBy(time) {
    return sum(this.requests.filter(({ end }) => end !== null && end <= time));
  }

  /** The same for those that had begun. */
  begunBy(time) {
    return sum(this.requests.filter(({ start }) => start <= time));
  }
}

const sum = (requests) => ({
  requests: requests.length,
  bytes: requests.reduce((total, { bytes }) => total + bytes, 0),
});

/** The cumulative layout shift: the largest sum of shifts that belong together. */
export function cumulative(shifts) {
  let [largest, sum, first, last] = [0, 0, -Infinity, -Infinity];
  for (const { at, value } of shifts) {
    if (at - last > GAP_MS || at - first > WINDOW_MS) [sum, first] = [0, at];
    sum += value;
    last = at;
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** Types into a field, key by key, and leaves it. */
async function type(page, name, text) {
  const field = page.locator(`input[name=${name}]`);
  await field.focus();
  await page.keyboard.type(text);
  await page.keyboard.press("Tab");
  return field;
}

/**
 * A guest's whole visit: a wrong e-mail address as soon as there is a field, a wrong number, then both right, and the
 * button. Returns the requests, and the figures of one round; those that a contender does not have are null.
 */
export async function visit(browser, contender, conditions, url) {
  const tab = await open(browser, contender, conditions);
  const { page, traffic } = tab;
  try {
    await page.goto(url, { waitUntil: "commit" });
    const field = (await tab.see("field")).at;
    const email = await type(page, "Email", WRONG_EMAIL);
    let [verdict, phoneVerdict, submit, end] = [null, null, null, Infinity];
    if (contender.judges) verdict = (await tab.see("verdict")).at;
    else await page.waitForLoadState();
    assert.equal(await email.inputValue(), WRONG_EMAIL, `${contender.name} changed what was typed`);
    const work = await tab.work();
    if (contender.judges) {
      phoneVerdict = await typeTheRest(tab, email);
      await page.locator("button[type=submit]").click();
      const { at, clicked } = await tab.see("created");
      // Whether an answer has ended is told after the page has read it.
      await delay(REPORTED_MS);
      [submit, end] = [at - clicked, at];
    }
    const [before, all] = [traffic.endedBy(field), traffic.begunBy(end)];
    return {
      figures: {
        field,
        verdict,
        phoneVerdict,
        submit,
        fieldRequests: before.requests,
        fieldBytes: before.bytes,
        ...all,
        shift: cumulative(await tab.shifts()),
        ...work,
      },
      requests: traffic.requests,
    };
  } finally {
    await tab.close();
  }
}

/** Types the names and a wrong number, then both right. Returns when there was a message about the number. */
async function typeTheRest(tab, email) {
  const { page } = tab;
  await type(page, "FirstName", GUEST.FirstName);
  await type(page, "Surname", GUEST.Surname);
  const number = await type(page, "Mobile", WRONG_NUMBER);
  const { at } = await tab.see("phoneVerdict");
  for (const [name, field] of Object.entries({ Email: email, Mobile: number })) {
    await field.fill("");
    await type(page, name, GUEST[name]);
  }
  return at;
}

/**
 * A visit with a Setup that comes three seconds late: the guest types as soon as there is a field, and stays in it.
 * Returns the layout shift after the first field was shown, and by how many pixels the field moved under the guest.
 */
export async function visitWithLateSetup(browser, contender, conditions, url, screen) {
  const tab = await open(browser, contender, conditions, screen);
  const { page } = tab;
  try {
    await page.route(SETUP, async (route) => {
      await delay(SETUP_MS);
      await route.continue();
    });
    await page.goto(url, { waitUntil: "commit" });
    const { at: shown } = await tab.see("shown");
    const email = page.locator("input[name=Email]");
    await email.focus();
    await page.keyboard.type(GUEST.Email);
    const before = await email.boundingBox();
    await tab.see("setup");
    // Shifts are reported after the frame that shows them.
    await page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), REPORTED_MS);
    const after = await email.boundingBox();
    assert.equal(await email.inputValue(), GUEST.Email, `${contender.name} lost what was typed`);
    const shifts = await tab.shifts();
    return { shift: cumulative(shifts.filter(({ at }) => at >= shown)), moved: Math.abs(after.y - before.y) };
  } finally {
    await tab.close();
  }
}
