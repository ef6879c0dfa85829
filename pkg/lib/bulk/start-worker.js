/** For `checkMany` where there are workers: starts one, in Node and everywhere else. */
import { InternalError } from "../errors.js";

/** What to do where no worker can be had. */
const ADVICE = "give workers: 0, or keep dinerkit out of the bundle so that its worker.js is beside it";

const cannot = (cause) => new TypeError(`checkMany could not start its workers: ${ADVICE}`, { cause });

/** The error for a worker that has ended by itself: it may never have begun. */
function ended(hasBegun, cause) {
  if (!hasBegun) return cannot(cause);
  const facts = { message: "a worker of checkMany has ended", code: "internal", outcome: "notSent" };
  return new InternalError(facts, { cause });
}

/** Node's workers; undefined elsewhere, and in Node before 20.16. */
const threads = () => {
  const { process, Bun, Deno } = globalThis;
  return Bun || Deno ? undefined : process?.getBuiltinModule?.("node:worker_threads");
};

/**
 * Starts a worker. Its messages go to `message`; if it ends by itself, `died` gets the error. Returns how to `post` to
 * it, with the buffers that it takes over, and how to `end` it.
 */
export function startWorker({ message, died }) {
  let hasBegun = false;
  let isEnded = false;
  const take = (data) => {
    if (data.hasBegun) hasBegun = true;
    else message(data);
  };
  const die = (cause) => {
    if (!isEnded) died(ended(hasBegun, cause));
    isEnded = true;
  };
  const inNode = threads();
  try {
    if (inNode) {
      const worker = new inNode.Worker(new URL("./worker.js", import.meta.url));
      worker
        .on("message", take)
        .on("error", die)
        .on("exit", () => die());
      return {
        post: (data, buffers) => worker.postMessage(data, buffers),
        end() {
          isEnded = true;
          void worker.terminate();
        },
      };
    }
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => take(data));
    worker.addEventListener("messageerror", () => die());
    worker.addEventListener("error", (event) => {
      event.preventDefault?.();
      die(event.error ?? undefined);
    });
    worker.addEventListener("close", () => die());
    return {
      post: (data, buffers) => worker.postMessage(data, buffers),
      end() {
        isEnded = true;
        worker.terminate();
      },
    };
  } catch (cause) {
    throw cannot(cause);
  }
}
