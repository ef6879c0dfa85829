/** For Rust programs that use the crate: its two examples run natively, the second against the sandbox. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { start } from "../support/program.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The example may have to be compiled. */
const LIFETIME_MS = 600_000;

/** Runs an example to its end; cargo finds its toolchain by the environment. */
function example(context, name, args, input) {
  const words = ["run", "--quiet", "--all-features", "--package=dinerkit", "--example", name, "--", ...args];
  return start(context, "cargo", words, { cwd: root, env: process.env, input, lifetimeMs: LIFETIME_MS }).ended;
}

describe("the example check", () => {
  it("refuses its own draft, and gives advice", async (context) => {
    const { status, stdout } = await example(context, "check", []);
    const { value, issues } = JSON.parse(stdout);
    assert.equal(value.Surname, "O’Brien");
    assert.deepEqual(
      issues.map(({ code, severity }) => [code, severity]),
      [
        ["email_typo", "advice"],
        ["drinking_age_contradiction", "error"],
      ],
    );
    assert.equal(status, 1);
  });

  it("takes a draft from its argument and from stdin", async (context) => {
    const draft = '{"Surname":" Lee ","Email":"lee@example.com","Mobile":"+44 7400 123456"}';
    for (const [argument, input] of [[draft], ["-", draft]]) {
      const { status, stdout } = await example(context, "check", [argument], input);
      const { value, issues } = JSON.parse(stdout);
      assert.deepEqual([value.Surname, value.Mobile, value.MobileCountryCode], ["Lee", "7400123456", 44]);
      assert.deepEqual([status, issues], [0, []]);
    }
  });

  it("says what is wrong with a draft that it can't read", async (context) => {
    for (const [argument, complaint] of [
      ['{"Surname":', "give the draft as JSON: byte 11 is wrong\n"],
      ["[]", "give the draft as an object\n"],
    ]) {
      const { status, stdout, stderr } = await example(context, "check", [argument]);
      assert.deepEqual([status, stdout, stderr], [2, "", complaint]);
    }
  });
});

describe("the example call", () => {
  it("creates a customer in the sandbox and corrects the name", async (context) => {
    const { status, stdout, stderr } = await example(context, "call", [process.env.SANDBOX_URL]);
    assert.equal(stderr, "");
    const { FirstName, Surname, Mobile } = JSON.parse(stdout);
    assert.deepEqual([status, FirstName, Surname, Mobile], [0, "Zoë", "O’Brien", "491570006"]);
  });

  it("asks for the sandbox's address", async (context) => {
    const { status, stderr } = await example(context, "call", []);
    assert.deepEqual([status, stderr], [1, "give the sandbox's address, such as http://127.0.0.1:4100\n"]);
  });
});
