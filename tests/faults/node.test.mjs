/** For whoever changes the client: the table of faults, in Node over real sockets. */
import { after, before, describe } from "node:test";
import * as dinerkit from "../../pkg/entry/node.js";
import { attempt } from "./cases.mjs";
import { itHolds, runTable, startFaultySandbox } from "./run.mjs";

const AT_ONCE = 24;

describe("faults, in Node", { timeout: 600_000 }, () => {
  let sandbox;
  let ran;
  before(async () => {
    sandbox = await startFaultySandbox();
    ran = await runTable(sandbox, AT_ONCE, (call) => attempt(dinerkit, call));
  });
  after(async () => {
    await sandbox?.stop();
    await sandbox?.remove();
  });

  itHolds(() => ran);
});
