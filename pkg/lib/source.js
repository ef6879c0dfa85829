/** For every entry: the module and its tables, from wherever a program has them. */
import { bytesOf } from "./base64.js";

/** An address as errors tell it: its query, its fragment and a user's name may hold secrets. */
const told = (address) => address.replace(/[?#].*/s, "").replace(/\/\/.*@/s, "//");

/**
 * Reads a source, which is an address, a Request, a Response or bytes. Resolves to its `bytes`, and to `refuse`, which
 * throws if they are not what was `asked` for. The error says what was fetched and what came.
 */
export async function read(source, asked) {
  let found = await source;
  const address = typeof found === "string" ? found : (found.href ?? (found.method && found.url));
  // Bundlers write small files into addresses. They are not fetched, because a page's `connect-src` may refuse it.
  const [, data] = /^data:.*;base64,(.*)/s.exec(address) ?? [];
  const from = data ? "data:" : told(address || found.url || "its input");
  const came = [];
  const refuse = (reason, cause) => {
    const what = [...came, reason].join(", ");
    throw new TypeError(`${asked} could not use ${from} (${what}): call it again, or import dinerkit/inline`, {
      cause,
    });
  };
  if (data) found = bytesOf(data);
  // The platform's words about a fetch may repeat the address: they are in the cause alone.
  else if (address) found = await fetch(found).catch((cause) => refuse("no answer", cause));
  if (!found.arrayBuffer) return { bytes: found, refuse };
  came.push(`status ${found.status}`, found.headers.get("content-type") ?? "no type");
  if (!found.ok) refuse("no file");
  const bytes = await found.arrayBuffer().catch((cause) => refuse("no end", cause));
  came.push(`${bytes.byteLength} bytes`);
  return { bytes, refuse };
}
