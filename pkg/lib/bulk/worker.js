/** The worker of `checkMany`: it gets the module first, then blocks, and answers each block. */
import glue from "../../dist/bulk.js";
import { Instance } from "../instance.js";

const { Bun, Deno, process } = globalThis;
const threads = Bun || Deno ? undefined : process?.getBuiltinModule?.("node:worker_threads");
const port = threads?.parentPort ?? globalThis;

const instance = new Instance(glue);
let checker;

async function begin({ module, phones, layout, rules, secret }) {
  await instance.load(module);
  checker = instance.call((running) => {
    running.takeTable(false, phones);
    return new running.BulkChecker(layout, rules, secret);
  });
}

/** Blocks that came before the module was ready wait for it. */
let begun;

async function take(data) {
  if (data.module) {
    begun = begin(data);
    // The first block reports what failed.
    begun.catch(() => {});
    port.postMessage({ hasBegun: true });
    return;
  }
  try {
    await begun;
    const answer = instance.call(() => checker.checkBlock(data.block));
    port.postMessage({ answer }, [answer.buffer]);
  } catch (error) {
    // Faults hold nothing of what was checked.
    port.postMessage({ fault: String(error?.cause?.message ?? error?.message) });
  }
}

if (threads?.parentPort) port.on("message", (data) => void take(data));
else port.addEventListener("message", ({ data }) => void take(data));
