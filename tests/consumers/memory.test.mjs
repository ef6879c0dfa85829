/**
 * For whoever runs the rules for months: calls that fail leave nothing behind. In a file of its own, that is a process
 * of its own: where other tests have made the module's memory grow, a leak would hide in what they gave back.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Project } from "../support/project.mjs";

const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
const cycle = {};
cycle.Surname = cycle;
const deep = JSON.parse("[".repeat(120) + "]".repeat(120));

const project = await Project.install();
const dinerkit = await project.dinerkit();
const { checkCustomer, checkField, CustomerForm, customerSchema, fields } = dinerkit;
const { inspectDate, inspectPhone, optInNodes } = dinerkit;
const schema = customerSchema()["~standard"];

test("memory stays flat over 100,000 bad calls", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  // The module's own memory: starting it again gives what is there.
  const glue = await import(pathToFileURL(join(project.folder, "node_modules/dinerkit/dist/core.js")));
  const { memory } = await glue.default();
  const form = new CustomerForm({ draft: GUEST });
  const bad = [
    () => checkCustomer({ ...GUEST, Surname: "\ud800".repeat(100), Email: "nobody", Mobile: "1" }),
    () => checkCustomer("no record"),
    () => checkCustomer({ Surname: 1n }),
    () => checkCustomer({ Surname: cycle }),
    () => checkCustomer({ ...GUEST, deep: deep }),
    () => checkCustomer(GUEST, { today: "soon" }),
    () => checkField("Nose", "x"),
    () => checkField(Symbol("Nose"), "x"),
    () => checkField({}, "x"),
    () => checkField("Email", `${"a".repeat(300)}@b.example`),
    () => schema.validate(undefined),
    () => form.set("Nose", "x"),
    () => form.set(7, "x"),
    () => form.set("Surname", { "\ud800": [] }),
    () => form.request(),
    () => new CustomerForm({ draft: [] }),
    () => new CustomerForm({ draft: GUEST, setup: 7 }),
    () => inspectPhone("\ud800", "x".repeat(100)),
    () => inspectDate("2026-02-30", { today: 7 }),
    () => optInNodes("<b><a href='".repeat(10)),
    () => fields("setup"),
  ];
  let calls = 0;
  const callAll = (count) => {
    for (const end = calls + count; calls < end; calls += 1) {
      try {
        bad[calls % bad.length]();
      } catch (error) {
        if (!(error instanceof TypeError) && error?.name !== "ValidationError") throw error;
      }
    }
  };
  const measure = () => {
    collect();
    return { module: memory.buffer.byteLength, heap: process.memoryUsage().heapUsed };
  };
  callAll(10_000);
  const warm = measure();
  callAll(100_000);
  const after = measure();
  assert.equal(after.module, warm.module, "the module's memory grew");
  // One leaked object per call, of the smallest kind, would be more.
  assert.ok(after.heap - warm.heap < 1_000_000, `the heap grew by ${after.heap - warm.heap} bytes`);
  form.free();
});
