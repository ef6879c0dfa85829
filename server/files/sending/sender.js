/**
 * For `import`, `unsubscribe` and `schedule-deletion`: sends each row of a list at most once. What may go wrong on the way
 * is paused for, and what has become of each row stands in the journal.
 */
import { setMaxListeners } from "node:events";
import { verdictOn } from "./verdict.js";

/**
 * After so many pauses without a success in between, for refusals of the account or for answers that were lost, every other
 * row would have the same end.
 */
const DOUBTS = 5;

/** The status of a path that is not there, and of a request that names a customer who is not there. */
const NOT_FOUND = 404;

/**
 * Sends parcels, a stream of `{ rows: [{ row, digest }], send(), apart(), hasIds }`. `send` resolves to the ends of the rows,
 * `{ row, state, … }`, or rejects with the client's error. `apart`, if a parcel has it, returns a parcel for each of its rows.
 * `hasIds` is true where the rows are customers, who may not be there.
 *
 * - `journal`, `pace`, `atOnce` (how many are under way at most).
 * - `account`: `attempt(send)` resolves to `{ ends }` or `{ error, wasSent, waitMs, upstream }`; `isWell()` asks the remote
 *   API for something that changes nothing.
 * - `stop`: a signal, after which nothing more is sent.
 * - `tell(event)`: `{ ends }` after each parcel, `{ pause, ms, status }` before each pause.
 *
 * Resolves to `{ stopped }`: undefined if all parcels were sent, `"signal"`, or `{ status }` of what every other row would
 * get as well; its `status` is undefined where there was no answer.
 */
export async function sendAll(parcels, { journal, pace, atOnce, account, stop, tell }) {
  const running = new Set();
  const halt = new AbortController();
  const either = AbortSignal.any([stop, halt.signal]);
  // Each row that waits for its turn listens.
  setMaxListeners(0, either);
  let stopped;
  let failure;
  let doubts = 0;
  let pauses = 0;
  /** The pause that all wait for. */
  let recovery;
  /** True once the restaurant was found: then it is a customer who is not there. */
  let isFound = false;

  async function judge({ hasIds }, error, seen) {
    const verdict = verdictOn(error, seen);
    if (!hasIds || verdict.state !== "notSent" || verdict.status !== NOT_FOUND) return verdict;
    isFound ||= await account.isWell();
    if (!isFound) return verdict;
    return { state: "refused", status: NOT_FOUND, reasons: [`status ${NOT_FOUND}`], next: "go" };
  }

  async function deliver(parcel) {
    for (;;) {
      await recovery;
      if (!(await pace.turn(either))) return;
      const before = pauses;
      await journal.begin(parcel.rows);
      const { ends, error, ...seen } = await account.attempt(parcel.send);
      if (ends) {
        await journal.end(ends);
        pace.succeeded();
        doubts = 0;
        return void tell({ ends });
      }
      const { next, ...verdict } = await judge(parcel, error, seen);
      if (verdict.state === "refused" && parcel.apart) {
        // One of them was refused, and nobody knows which: each goes alone.
        await journal.end(parcel.rows.map(({ row }) => ({ row, state: "notSent" })));
        for (const single of parcel.apart()) await deliver(single);
        return;
      }
      const verdicts = parcel.rows.map(({ row }) => ({ row, ...verdict }));
      await journal.end(verdicts);
      if (verdict.state !== "notSent") tell({ ends: verdicts });
      // What was under way in the last pause has failed for its reason.
      if (next !== "go" && before === pauses) await recover(next, verdict, seen.waitMs);
      if (verdict.state !== "notSent") return;
    }
  }

  /** Pauses, once for all that are under way; or stops, if pauses don't help. */
  function recover(next, verdict, waitMs) {
    if (next === "doubt" && (doubts += 1) >= DOUBTS) {
      stopped ??= { status: verdict.status };
      halt.abort();
      return undefined;
    }
    pauses += 1;
    recovery = rest(verdict, waitMs).finally(() => (recovery = undefined));
    return recovery;
  }

  /** After an answer that was lost, waits until the remote API answers again, so that not every row becomes unknown. */
  async function rest({ state, status }, waitMs) {
    const wait = () => {
      const ms = waitMs ?? pace.failed();
      pace.hold(ms);
      tell({ pause: true, ms, status });
      return pace.rest(either);
    };
    await wait();
    if (state !== "unknown") return;
    while (!either.aborted && !(await account.isWell())) await wait();
  }

  try {
    for await (const parcel of parcels) {
      if (either.aborted) break;
      const delivery = deliver(parcel).catch((error) => {
        failure ??= error;
        halt.abort();
      });
      running.add(delivery);
      delivery.finally(() => running.delete(delivery));
      if (running.size >= atOnce) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  if (failure) throw failure;
  return { stopped: stopped ?? (stop.aborted ? "signal" : undefined) };
}
