/**
 * For whoever runs the rules for months: calls that fail leak no memory. The test has a file, and so a process, of its
 * own: if other tests had made the module's memory grow, a leak could hide in the memory that they freed.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Project } from "../support/project.mjs";

const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
const cycle = {};
cycle.Surname = cycle;
const deep = JSON.parse("[".repeat(120) + "]".repeat(120));

/** The memories of the modules that are loaded. */
const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...loaded) => {
  const instance = await instantiate(...loaded);
  memories.push(instance.exports.memory);
  return instance;
};

const project = await Project.install();
const dinerkit = await project.dinerkit();
const { checkCustomer, checkField, CustomerForm, customerSchema, fields } = dinerkit;
const { inspectDate, inspectPhone, optInNodes } = dinerkit;
const schema = customerSchema()["~standard"];

test("memory does not grow over 100,000 bad calls", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const [memory, ...others] = memories;
  assert.ok(memory && others.length === 0);
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
  // If each call leaked one object, even the smallest, the heap would grow by more.
  assert.ok(after.heap - warm.heap < 1_000_000, `the heap grew by ${after.heap - warm.heap} bytes`);
  form.free();
});
