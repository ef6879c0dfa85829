/**
 * For the gateway's loop: what outlives an instance of the module. After a fault the gateway begins anew with the quota,
 * the rate limits, the token and the leases that it had after the last step that went well. Claims are in the store.
 */
import { copyOf } from "../plain.js";

const SEED_BYTES = 32;

export class Kept {
  /** The gateway in the running instance. */
  gateway;
  #options;
  #seed;
  /** For each row of the rate limits' slots: a function that returns its bytes in the newest instance's memory. */
  #rateRows = [];
  #numbers;
  /** What of a shared state outlives an instance, as text. */
  #shared;
  #ofSession;

  /** `options` are the module's own. */
  constructor(options) {
    this.#options = options;
  }

  /** Makes the gateway with the glue of an instance; returns its session. */
  begin(glue) {
    const gateway = new glue.Gateway(this.#options);
    // What the module has accepted is data. The caller may change it later, and a new instance gets what the first had.
    this.#options = copyOf(this.#options);
    const session = gateway.session();
    if (this.#seed) gateway.seed(this.#seed, Date.now());
    if (this.#numbers) gateway.take(this.#numbers);
    if (this.#shared) gateway.takeShared(this.#shared);
    if (this.#ofSession) session.take(...this.#ofSession);
    const { memory } = glue;
    const addresses = [...gateway.rateSlots()];
    const bytes = addresses.pop();
    const rows = addresses.map((address) => () => new Uint8Array(memory.buffer, address, bytes));
    // The memory of an instance that has failed can still be read. A damaged time delays nobody for more than a minute.
    this.#rateRows.forEach((row, index) => rows[index]().set(row()));
    this.#rateRows = rows;
    this.gateway = gateway;
    return session;
  }

  /** Gives the gateway its random bits, once. At the first request: workerd has none before. */
  seed() {
    if (this.#seed) return;
    this.#seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
    this.gateway.seed(this.#seed, Date.now());
  }

  /** Keeps what the gateway is after a step. */
  keep() {
    this.#numbers = this.gateway.keep();
    this.#shared = this.gateway.keepShared();
  }

  /** Keeps what a session is after a step. */
  keepSession(session) {
    this.#ofSession = [session.token, session.keep()];
  }
}
