/** For whoever tests with `dinerkit/testing` outside Node: it answers as the sandbox does, in every runtime. */
import { CustomerClient } from "dinerkit";
import { createStandIn } from "dinerkit/testing";
import { describe, it } from "./cases.mjs";
// From tests/support, as runtimes.test.mjs adopts it.
import { CASES, standInOf } from "./tests-support-api-cases.mjs";

describe("the API of the stand-in", () => {
  for (const [name, run] of Object.entries(CASES)) {
    it(name, async () => run(await standInOf(createStandIn, CustomerClient)));
  }
});
