/**
 * For tests that every runtime runs: they are written as for `node:test`, with `describe` and `it`, and gathered here.
 * A case gets the `platform` it runs on: what differs between runtimes and a test has to know.
 */

/** How long one case may take before it counts as hanging. */
const PATIENCE_MS = 60_000;

const cases = [];
const groups = [];

export function describe(name, define) {
  groups.push(name);
  define();
  groups.pop();
}

export function it(name, run) {
  cases.push({ name: [...groups, name].join(": "), run });
}

/** Runs the cases one after another: `{ name }` for each that passed, `{ name, error }` for each that did not. */
export async function* results(platform) {
  for (const { name, run } of cases) {
    let timer;
    const patience = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no end after ${PATIENCE_MS} ms`)), PATIENCE_MS);
    });
    try {
      await Promise.race([run(platform), patience]);
      yield { name };
    } catch (error) {
      yield { name, error: error?.stack ?? String(error) };
    } finally {
      clearTimeout(timer);
    }
  }
}
