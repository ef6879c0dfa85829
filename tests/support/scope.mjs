/**
 * For every test that starts something: who ends it. Whatever starts a program, a server or a browser takes a scope,
 * which is anything with `after(end)`: a test's own context, or `suiteScope()` for what all tests of a suite use.
 */
import { after } from "node:test";

/** A scope that ends with the suite, or with the file, in whose body it is called: what was started last ends first. */
export function suiteScope() {
  const endings = [];
  after(async () => {
    const ended = [];
    for (const end of endings.reverse()) ended.push(await Promise.allSettled([end()]));
    const failed = ended.flat().find(({ status }) => status === "rejected");
    if (failed) throw failed.reason;
  });
  return { after: (end) => void endings.push(end) };
}
