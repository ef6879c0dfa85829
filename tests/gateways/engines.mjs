/** For the tests of the shared state's engines: what they all ask of an engine. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { it } from "node:test";
import { engineCases } from "../../pkg/gateway/conformance.js";

const LONG_S = 60;

export const DURABLE = { durable: true };

/** A key as one account has them: all in one place of a cluster. */
export const someKey = () => `dinerkit:{account}:claim:${randomUUID()}`;
/** A key of an account that nobody has used. */
export const strangeKey = () => `dinerkit:{${randomUUID()}}:claim`;

/** The entries of a claim. */
export const claimOf = (key, text = "claim") => [{ key, expected: null, text, seconds: LONG_S }];

/** The cases of every engine; `engines` are those of several processes. */
export function conforms(engines) {
  let next = 0;
  for (const { name, run } of engineCases(() => engines[(next += 1) % engines.length])) it(name, run);
}

/** What an engine finds wrong, and what it tells besides, as two texts. */
export async function examined(engine) {
  const findings = await engine.examine();
  const texts = (isWrong) => findings.filter((finding) => finding.isWrong === isWrong).map(({ text }) => text);
  return { wrong: texts(true).join("\n"), told: texts(false).join("\n") };
}

/** What a promise rejects with. */
export const reasonOf = (promise) =>
  promise.then(
    () => assert.fail("it must fail"),
    (reason) => reason,
  );

/** Fails unless a text is one line, as `expected` says, and holds none of `secrets`. */
export function tellsOnly(text, expected, secrets) {
  assert.match(text, expected);
  for (const secret of [...secrets, "://", "dinerkit:{"]) assert.ok(!text.includes(secret), `it tells ${secret}`);
  assert.doesNotMatch(text, /[\r\n]/);
}
