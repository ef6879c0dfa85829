/** Types of `dinerkit/gateway/conformance`: what an engine of a shared state has to do. */
import type { Awaitable, SharedEngine } from "./gateway.js";

/** One thing that an engine has to do. */
export interface EngineCase {
  /** What it is, in words; no two cases have the same. */
  name: string;
  /** Tries it. Rejects with an error that says what was expected, and what was found. */
  run(): Promise<void>;
}

/**
 * The cases that every engine must pass, for any test runner:
 * `for (const { name, run } of engineCases(makeEngine)) test(name, run)`. `makeEngine` is called twice for each case, and
 * returns an engine as each of two processes has it: two objects of one state, or twice the same. What it opens is its
 * caller's to close. Every case uses keys of its own, so that the state need not be empty; the texts that it leaves end
 * by themselves within a minute.
 */
export function engineCases(makeEngine: () => Awaitable<SharedEngine>): EngineCase[];
