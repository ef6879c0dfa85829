/** Runs the JavaScript of a page, as a module of its own in a project that has the package. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AROUND } from "./around.mjs";

const { SANDBOX_URL, SANDBOX_USERNAME, SANDBOX_PASSWORD } = process.env;

/** Hosts that samples name, which are the sandbox here. */
const REMOTE = ["https://api.resdiary.com", "http://127.0.0.1:4100"];

/** What a sample finds in the environment, as its words say. */
const ENVIRONMENT = {
  RESDIARY_USERNAME: SANDBOX_USERNAME,
  RESDIARY_PASSWORD: SANDBOX_PASSWORD,
  CAPABILITY_SECRET: randomBytes(32).toString("base64"),
  SHARED_SECRET: randomBytes(32).toString("base64"),
};

let count = 0;

/** Runs a sample with what is around it in around.mjs, and compares what it says of its values with what they are. */
export async function runScript(project, { name, code }) {
  const { before = "", after = "", values = 0, then } = AROUND[name] ?? {};
  const { text, said } = withValuesCompared(code);
  assert.equal(said, values, `the sample says what ${said} values are`);
  const file = join(project.folder, `sample-${++count}.mjs`);
  const tools = 'import sampleAssert from "node:assert/strict";';
  await writeFile(file, [tools, before, text, after].join("\n"));
  Object.assign(process.env, ENVIRONMENT);
  globalThis.sandbox = { url: SANDBOX_URL, username: SANDBOX_USERNAME, password: SANDBOX_PASSWORD };
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const host = REMOTE.find((url) => request.url.startsWith(url));
    if (!host) return fetch(request);
    const { method, headers, signal } = request;
    const body = ["GET", "HEAD"].includes(method) ? undefined : await request.arrayBuffer();
    return fetch(SANDBOX_URL + request.url.slice(host.length), { method, headers, signal, body });
  };
  try {
    const exported = await import(pathToFileURL(file));
    await then?.(exported);
  } finally {
    globalThis.fetch = fetch;
  }
}

/**
 * Samples say what a value is in a comment: behind an expression (`f(x); // { a: 1 }`), below it, or by name
 * (`// issues: []   value.Mobile: "…"`). Returns the code with a comparison for each, and how many there are.
 */
export function withValuesCompared(code) {
  let said = 0;
  const compared = (actual, expected) => (said++, `sampleAssert.deepEqual(${actual}, ${expected});`);
  const text = code
    .replaceAll(/^(\w[^;\n]*);(?:\s*|\n)\/\/ ([[{"].*)$/gm, (_, actual, expected) => compared(actual, expected))
    .replaceAll(/^\/\/ ([\w.]+: \S.*)$/gm, (_, pairs) =>
      pairs
        .split(/ {3,}/)
        .map((pair) => /^([\w.]+): (.*)$/.exec(pair))
        .map(([, actual, expected]) => compared(actual, expected))
        .join("\n"),
    );
  return { text, said };
}
