/** For whoever changes the client: the table of faults, in Node over real sockets. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as dinerkit from "../../pkg/entry/node.js";
import { attempt, CASES, faultsFound } from "./cases.mjs";
import { runTable, startFaultySandbox } from "./run.mjs";

const AT_ONCE = 24;

describe("faults, in Node", { timeout: 600_000 }, () => {
  let sandbox;
  let ran;
  before(async () => {
    sandbox = await startFaultySandbox();
    ran = await runTable(sandbox, AT_ONCE, (call) => attempt(dinerkit, call));
  });
  after(() => sandbox?.remove());

  for (const [index, one] of CASES.entries()) {
    it(one.name, () => {
      const { result, seen } = ran[index];
      assert.deepEqual(faultsFound(one, result, seen), [], JSON.stringify(result));
    });
  }

  it("nothing goes to another origin, the token least of all", () => {
    assert.deepEqual(ran[0].visits, []);
  });
});
