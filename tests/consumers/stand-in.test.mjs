/**
 * For whoever tests a page or a program with `dinerkit/testing`: it behaves as the sandbox does, case by case. Environment:
 * TARBALL, SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Api, CASES, standInOf } from "../support/api-cases.mjs";
import { Project } from "../support/project.mjs";
import { ACCOUNT, startSandbox } from "../support/sandbox.mjs";

const project = await Project.install();
const { CustomerClient } = await project.dinerkit();
const { createStandIn } = await project.import("dinerkit/testing");

/** A failure as the sandbox calls it. */
function faultOf(failure) {
  const { status, retryAfter, isDone, html, delayMs } = failure;
  if (failure === "network") return "reset-before";
  if (failure === "lostAnswer") return "reset-after";
  if (html) return `page;${status ?? 403}`;
  if (delayMs !== undefined) return `delay-before;${delayMs}`;
  if (status === 429) return `too-many;${retryAfter}`;
  return `${isDone ? "status-after" : "status-before"};${status}`;
}

/** The operations of the contract that are made to fail, by the client's names. */
const OPERATIONS = { create: "createCustomer", get: "getCustomer" };

const APIS = {
  async sandbox(scope) {
    const { url } = await startSandbox(scope, "--faults", "--seed", "--rate-per-minute", "200");
    const ask = async (path, value) => {
      const { ok } = await fetch(`${url}/sandbox/${path}`, { method: "POST", body: JSON.stringify(value) });
      assert.ok(ok, path);
    };
    return Api.open({
      CustomerClient,
      url,
      fetch,
      account: ACCOUNT,
      advance: (seconds) => ask("clock", { seconds }),
      fail: ({ on, times, with: failure }) =>
        ask("faults", [{ operation: OPERATIONS[on], fault: faultOf(failure), times }]),
    });
  },

  "dinerkit/testing": () => standInOf(createStandIn, CustomerClient),
};

for (const [name, open] of Object.entries(APIS)) {
  describe(`the API of ${name}`, () => {
    for (const [what, run] of Object.entries(CASES)) {
      it(what, async (context) => run(await open(context)));
    }
  });
}
