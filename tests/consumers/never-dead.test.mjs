/**
 * For whoever relies on the package in Node: faults that need a setting of the engine's. Those of runtimes/faults.mjs run
 * in every runtime. Tested with the packed tarball. Environment: TARBALL.
 */
import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Project } from "../support/project.mjs";

const project = await Project.install();
await copyFile(new URL("runtimes/used-up-stack.mjs", import.meta.url), join(project.folder, "used-up-stack.mjs"));

const START = `
  import init, { checkCustomer, CustomerClient, CustomerForm, inspectPhone, loadPhones } from "dinerkit";
  import { COMPOSED, withFault } from "./used-up-stack.mjs";
  const echo = (Id) => JSON.stringify({ ...GUEST, MobileCountryCode: 44, Mobile: "7400123456", Id });
  const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7400 123456" };
  await init();
  await loadPhones();
  const connect = (fetch) => new CustomerClient({ baseUrl: "https://api.example", microsite: "oak", fetch });
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  const toldOf = (error) => [error?.name, error?.outcome, String(error?.cause), JSON.stringify(error), error?.stack].join(" ");
`;

test("memory that cannot grow ends a question or a call, and the next works", async () => {
  const said = await project.consume(
    `${START}
    const long = "planted-marker ".repeat(100_000);
    const form = new CustomerForm({ draft: GUEST });
    const rule = await (async () => form.set("Comments", long))().catch(toldOf);
    let requests = 0;
    const full = JSON.stringify({ ...GUEST, Id: 7, Comments: "x".repeat(1_000_000) });
    const client = connect(async () => ((requests += 1), new Response(requests > 1 ? echo(8) : full)));
    const create = await client.create(GUEST).catch(toldOf);
    const { Id } = await client.create(GUEST);
    console.log(JSON.stringify({
      rule, create, requests, Id,
      form: form.snapshot(),
      verdict: inspectPhone(44, "07400 123456").verdict,
      issues: checkCustomer(GUEST).issues.length,
    }));`,
    "--wasm-max-mem-pages=40",
  );
  assert.match(said.rule, /^InternalError notSent RuntimeError: unreachable/);
  assert.match(said.create, /^InternalError unknown RuntimeError: unreachable/);
  assert.equal(JSON.stringify(said).includes("planted-marker"), false);
  assert.deepEqual(
    [said.requests, said.Id, said.verdict, said.issues],
    [2, 8, "valid", 0],
    "one request for each create",
  );
  assert.deepEqual(said.form, { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7400 123456" });
});

test("what is left of an instance that has failed is collected without touching the next", async () => {
  const said = await project.consume(
    `${START}
    let answers = [];
    const outcomes = [];
    for (let turn = 0; turn < 20; turn += 1) {
      // Neither freed nor kept: a client with a call under way.
      const call = connect(() => new Promise((resolve) => answers.push(resolve))).create(GUEST);
      outcomes.push(call.catch((error) => error.name));
      await settled();
      withFault(() => checkCustomer({ ...GUEST, FirstName: COMPOSED }));
    }
    for (const answer of answers) answer(new Response(JSON.stringify({ Id: 7 })));
    const kept = connect(async () => new Response(echo(8)));
    const first = (await kept.create(GUEST)).Id;
    const names = new Set(await Promise.all(outcomes));
    answers = undefined;
    for (let turn = 0; turn < 5; turn += 1) {
      gc();
      await settled();
    }
    console.log(JSON.stringify([...names, first, (await kept.create(GUEST)).Id, checkCustomer(GUEST).issues.length]));`,
    "--expose-gc",
  );
  assert.deepEqual(said, ["InternalError", 8, 8, 0]);
});
