/* global Worker -- the name by which bundlers know that a script follows */
/** For `checkMany` where there are workers: starts one, in Node and everywhere else. */

/** The error for a worker that never began: its cause is what the runtime says, if it says anything. */
const cannot = (cause) =>
  new TypeError(
    "checkMany could not start a worker, whose script is a file of the package: give workers: 0, keep dinerkit out of " +
      "the bundle, or bundle it with a tool that follows new Worker(new URL(…))",
    { cause },
  );

/** Node's workers; undefined elsewhere, and in Node before 20.16. */
function threads() {
  const { Bun, Deno, process } = globalThis;
  return Bun || Deno ? undefined : process?.getBuiltinModule?.("node:worker_threads");
}

/** A worker of Node's. */
function ofNode({ Worker: Thread }, take, die) {
  // Not written in one, which bundlers for browsers would follow to copy a script that nobody asks for.
  const here = import.meta.url;
  const worker = new Thread(new URL("./worker.js", here));
  worker.on("message", take).on("error", die);
  worker.on("exit", () => die());
  return worker;
}

/** A worker of browsers, Deno and Bun. */
function ofWeb(take, die) {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => take(data);
  worker.onmessageerror = () => die();
  worker.onerror = (event) => {
    event.preventDefault?.();
    die(event.error ?? undefined);
  };
  // Only Bun says so.
  worker.onclose = () => die();
  return worker;
}

/**
 * Starts a worker. Its answers go to `answered`. If it ends by itself, `died` gets the error for a worker that never
 * began, or else the cause alone. Returns how to `post` to it, with the buffers that it takes over, and how to `end` it.
 */
export function startWorker({ answered, died }) {
  let hasBegun = false;
  let isEnded = false;
  const take = (data) => {
    if (data.hasBegun) hasBegun = true;
    else answered(data);
  };
  const die = (cause) => {
    if (!isEnded) died(hasBegun ? undefined : cannot(cause), cause);
    isEnded = true;
  };
  let worker;
  try {
    const inNode = threads();
    worker = inNode ? ofNode(inNode, take, die) : ofWeb(take, die);
  } catch (cause) {
    throw cannot(cause);
  }
  return {
    post: (data, buffers) => worker.postMessage(data, buffers),
    end() {
      isEnded = true;
      void worker.terminate();
    },
  };
}
