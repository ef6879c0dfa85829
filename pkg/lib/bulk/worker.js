/** The worker of `checkMany`: it gets the module first, then blocks, and answers each block. */
import glue from "../../dist/bulk.js";
import { Instance } from "../instance.js";

const { Bun, Deno, process } = globalThis;
const port = (Bun || Deno ? undefined : process?.getBuiltinModule?.("node:worker_threads")?.parentPort) ?? globalThis;

const instance = new Instance(glue);
let checker;
/** Blocks that come before the module is ready wait for it. */
let begun;

async function begin({ module, phones, layout, rules, secret }) {
  await instance.load(module);
  checker = instance.call((running) => {
    running.takeTable(false, phones);
    return new running.BulkChecker(layout, rules, secret);
  });
}

async function check(block) {
  try {
    await begun;
    const packed = instance.call(() => checker.checkBlock(block));
    port.postMessage({ packed }, [packed.buffer]);
  } catch ({ message }) {
    // It holds nothing of what was checked.
    port.postMessage({ fault: message });
  }
}

function take(data) {
  if (data.block) return void check(data.block);
  begun = begin(data);
  // The first block reports what failed.
  begun.catch(() => {});
  port.postMessage({ hasBegun: true });
}

if (port.on) port.on("message", take);
else port.onmessage = ({ data }) => take(data);
