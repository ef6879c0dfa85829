/** For whoever changes the client: the table of faults, in Node over real sockets. */
import { before, describe } from "node:test";
import * as dinerkit from "../../pkg/entry/inline.js";
import { startFaultySandbox } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { attempt } from "./cases.mjs";
import { itHolds, runTable } from "./run.mjs";

const AT_ONCE = 24;

describe("faults, in Node", { timeout: 600_000 }, () => {
  const scope = suiteScope();
  let ran;
  before(async () => {
    ran = await runTable(scope, await startFaultySandbox(scope), AT_ONCE, (call) => attempt(dinerkit, call));
  });

  itHolds(() => ran);
});
