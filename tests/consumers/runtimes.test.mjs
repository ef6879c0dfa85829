/**
 * For whoever runs the package somewhere else than in Node of their own machine: the packed tarball in every runtime.
 * The cases of runtimes/ run inside each. Environment: TARBALL, the sandbox's, RUNTIME for one runtime alone.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Project } from "./project.mjs";
import { RUNTIMES } from "./runtimes.mjs";

const { RUNTIME, SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD } = process.env;
const runtimes = RUNTIMES.filter(({ name }) => !RUNTIME || name === RUNTIME);
if (runtimes.length === 0) throw new Error(`RUNTIME is one of ${RUNTIMES.map(({ name }) => name).join(", ")}`);

const project = await Project.install();
await project.add(new URL("runtimes/", import.meta.url));

/** The results of the cases, and whether the runtime came to an end. */
async function report(runtime) {
  const results = [];
  try {
    const env = { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD };
    for await (const result of runtime.lines(project, "report.mjs", env)) results.push(result);
    return [...results, { name: "comes to its end" }];
  } catch (error) {
    return [...results, { name: "comes to its end", error: error.stack }];
  }
}

const reports = new Map();
for (const runtime of runtimes) reports.set(runtime.name, await report(runtime));

for (const [runtime, results] of reports) {
  describe(`in ${runtime}`, () => {
    for (const { name, error } of results) it(name, () => assert.equal(error, undefined));
  });
}

it("every runtime runs the same cases", () => {
  const [first, ...others] = [...reports.values()].map((results) => results.map(({ name }) => name));
  assert.ok(first.length > 150, `${first.length}`);
  for (const other of others) assert.deepEqual(other, first);
});
