/**
 * For the gateway's loop: what it asks of a shared state. The module decides what to ask and what a reply means
 * (`src/gateway/shared`); this hands swaps to the operator's engine, waits, and seals the token.
 */
import { Interruption, within } from "../exchange.js";
import { core } from "./core.js";
import { explain, knows } from "./engines/explain.js";

/** How long an engine may take for a swap, in milliseconds. */
const SWAP_MS = 5_000;
/** How long an operation waits for another before it looks again: the other may have ended with its request. */
const TURN_MS = 100;
/** How long a claim that an engine may take late is waited for, before it is given back. */
const LATE_MS = 60_000;
/** How often an engine that has failed is asked again, while no request asks. */
const AGAIN_MS = 1_000;
/** How long others with the same key wait until the shared state knows what became of a create. */
const SETTLED_MS = 2_000;
/** The bytes before a sealed text that make each seal different (NIST SP 800-38D §8.2). */
const IV_BYTES = 12;
const MESSAGE_MAX = 200;
/** The end of the key of the budget. */
const BUDGET = ":budget";

const now = () => Date.now();
const random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * What an engine has thrown, in one line: what to do about it, or of an engine that is the operator's own its words, without
 * the password of an address.
 */
function messageOf(reason, engine) {
  if (knows(engine)) return explain(reason, engine);
  const [line] = String(reason?.message ?? reason ?? "").split("\n");
  return line.replace(/\/\/[^\s/@]*@/g, "//***@").slice(0, MESSAGE_MAX);
}

/** Why a promise was rejected. */
const reasonOf = (promise) =>
  promise.then(
    () => undefined,
    (reason) => reason,
  );

/** Seals texts with a key that the gateways have in common. */
class Seal {
  #bytes;
  #key;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  async close(text, name) {
    const iv = random(IV_BYTES);
    const sealed = await crypto.subtle.encrypt(
      this.#about(iv, name),
      await this.#own(),
      new TextEncoder().encode(text),
    );
    return toBase64(new Uint8Array([...iv, ...new Uint8Array(sealed)]));
  }

  /** The text; undefined for one that is damaged, or that another key has sealed. */
  async open(sealed, name) {
    try {
      const bytes = fromBase64(sealed);
      const about = this.#about(bytes.subarray(0, IV_BYTES), name);
      const text = await crypto.subtle.decrypt(about, await this.#own(), bytes.subarray(IV_BYTES));
      return new TextDecoder().decode(text);
    } catch {
      return undefined;
    }
  }

  /**
   * Asked for late: workerd has no cryptography before the first request. Its promise is not shared, because a request of
   * workerd may wait for ever for what another has begun.
   */
  async #own() {
    this.#key ??= await crypto.subtle.importKey("raw", this.#bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    return this.#key;
  }

  #about(iv, name) {
    return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
  }
}

export class SharedState {
  #engine;
  #ask;
  #onShared;
  #seal;
  /** The name of the token that this gateway has got last. */
  #tokenName;
  /** Settled when the swap under way that changes the budget has its reply. */
  #proposing = Promise.resolve();
  /** What the engine has thrown last. */
  #message;
  #state = "well";
  #heartbeat;
  #again;
  /** What is being told of claims. */
  #settling = new Set();
  #isBegun = false;
  #isClosed = false;

  /** `ask` asks the gateway in the running instance. */
  constructor(engine, { ask, onShared }) {
    this.#engine = engine;
    this.#ask = ask;
    this.#onShared = onShared;
    this.#seal = new Seal(ask((gateway) => gateway.sealKey()));
  }

  /** The engine's name. */
  get engine() {
    return String(this.#engine.name ?? "");
  }

  /** Begins to say regularly that this gateway is there, if others wait for that. At the first request. */
  begin() {
    if (this.#isBegun) return;
    this.#isBegun = true;
    const ms = this.#ask((gateway) => gateway.heartbeatMs());
    if (ms === undefined || this.#isClosed) return;
    this.#heartbeat = setInterval(() => void this.#report(false), ms);
    this.#heartbeat.unref?.();
  }

  /**
   * Runs an operation to its end, and resolves to what it has come to: `{ result, … }`. After a failure, `late` settles
   * once the engine has answered after all.
   */
  async run(operation) {
    const { glue } = core;
    const step = (work) => {
      if (!core.isRunning(glue)) throw core.failure();
      return this.#ask((gateway) => work(gateway));
    };
    let late;
    let turns = 0;
    let output = step((gateway) => operation.next(gateway, "begin", now()));
    while (output.kind !== "done") {
      const { kind } = output;
      if (kind === "swap") {
        const { reply, trouble, pending } = await this.#swap(output);
        late = pending;
        output = step((gateway) =>
          trouble ? operation.next(gateway, trouble, now()) : operation.swapped(gateway, reply, now()),
        );
        this.#tell();
      } else {
        await (kind === "busy" ? this.#turn(turns) : pause(output.ms));
        turns += 1;
        output = step((gateway) => operation.next(gateway, "woken", now()));
      }
    }
    return { ...output, late };
  }

  /** Hands a swap to the engine. */
  async #swap({ entries, durable }) {
    let pending;
    const work = (async () => {
      try {
        pending = this.#engine.swap(entries, { durable });
        const reply = await within(SWAP_MS, undefined, async () => pending);
        return isReply(reply) ? { reply } : { trouble: "reply" };
      } catch (reason) {
        if (reason instanceof Interruption && reason.kind === "timeout") return { trouble: "timeout" };
        this.#message = messageOf(reason instanceof Interruption ? await reasonOf(pending) : reason, this.engine);
        return { trouble: "thrown" };
      }
    })();
    if (entries.some(({ key, text }) => key.endsWith(BUDGET) && text !== undefined)) this.#proposing = work;
    return { ...(await work), pending };
  }

  /** Waits for the swap under way that changes the budget; then a little, if that was not enough. */
  async #turn(turns) {
    await within(TURN_MS, undefined, () => this.#proposing).catch(() => {});
    if (turns > 0) await pause(turns);
  }

  /** Tells the operator what has changed, and sees to it that the engine is asked again. */
  #tell() {
    const change = this.#ask((gateway) => gateway.sharedChange(now()));
    const message = this.#message;
    if (change?.state === "well") this.#message = undefined;
    if (change && this.#onShared) {
      const event = { engine: this.engine, ...change, ...(change.reason === "thrown" && message && { message }) };
      void (async () => this.#onShared(event))().catch(() => {});
    }
    if (change) this.#state = change.state;
    if (this.#state !== "well" && this.#again === undefined && !this.#isClosed) {
      this.#again = setTimeout(async () => {
        this.#again = undefined;
        await this.#report(false);
        this.#tellAgain();
      }, AGAIN_MS);
      this.#again.unref?.();
    }
  }

  /** The same after a report that may have asked nothing, because the engine had failed only a moment before. */
  #tellAgain() {
    try {
      this.#tell();
    } catch {
      // The module has failed. The next request finds out.
    }
  }

  async #report(leaves) {
    try {
      await this.run(this.#ask((gateway) => gateway.report(leaves, now())));
    } catch {
      // The module has failed. The next request finds out.
    }
  }

  /** Tells the shared state in the background what is due. */
  reportIfDue(background) {
    try {
      if (this.#ask((gateway) => gateway.isReportDue(now()))) background(this.#report(false));
    } catch {
      // The module has failed. The next request finds out.
    }
  }

  /** Gives back a claim that the engine may take late, or has taken without saying so. */
  async giveBackLate(late, key, text) {
    try {
      await within(LATE_MS, undefined, async () => late);
    } catch {
      // It has failed. It may have been done all the same.
    }
    await this.settle(key, text, null);
  }

  /** Tells the shared state what became of a claim. */
  async settle(key, claim, text) {
    const operation = this.#ask((gateway) => gateway.settle(key, claim, text ?? undefined, now()));
    const settling = this.run(operation);
    this.#settling.add(settling);
    try {
      await settling;
    } finally {
      this.#settling.delete(settling);
    }
  }

  /** Waits for `work`, but not so long that others with the same key notice. */
  async shortly(work) {
    await within(SETTLED_MS, undefined, () => work).catch(() => {});
  }

  /** Lets a call send one request more: see `Call.pay`. `step` asks the module in the call's instance. */
  async pay(call, step) {
    const TRIES = 3;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const word = step((gateway) => call.pay(gateway, now()));
      if (word !== "lease") return word === "paid";
      const operation = step((gateway) => call.lease(gateway, now()));
      await this.run(operation);
      step(() => call.takeLease(operation));
    }
    return false;
  }

  /** A token that all gateways use, as `{ text, renewAtMs }`; undefined if this one has to sign in. */
  async token() {
    // Once more after one that is damaged, which counts as refused.
    for (let tries = 0; tries < 2; tries += 1) {
      const done = await this.run(this.#ask((gateway) => gateway.askToken(this.#tokenName)));
      if (done.result !== "token") return undefined;
      this.#tokenName = done.id;
      const text = await this.#seal.open(done.sealed, done.id);
      if (text !== undefined) return { text, renewAtMs: done.renewAtMs };
    }
    return undefined;
  }

  /** Gives all the token that this gateway has got; without one, lets another sign in. */
  async tellToken(token) {
    if (!token) return void (await this.run(this.#ask((gateway) => gateway.tellNoToken())));
    const id = toBase64(random(IV_BYTES));
    const sealed = await this.#seal.close(token.text, id);
    this.#tokenName = id;
    await this.run(this.#ask((gateway) => gateway.tellToken(id, sealed, token.renewAtMs)));
  }

  /** Gives back what this gateway holds, and ends the engine. */
  async close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#again);
    await within(SWAP_MS, undefined, () => Promise.allSettled(this.#settling)).catch(() => {});
    // Before its first request, a gateway has no name, and holds nothing.
    if (this.#isBegun) await this.#report(true);
    try {
      await within(SWAP_MS, undefined, async () => this.#engine.close?.());
    } catch {
      // What the engine has opened ends with the process.
    }
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** True for what an engine must answer with. The module looks at the rest. */
function isReply(reply) {
  return (
    typeof reply?.isDone === "boolean" &&
    Array.isArray(reply.texts) &&
    reply.texts.every((text) => text === null || typeof text === "string") &&
    Number.isFinite(reply.nowMs)
  );
}
