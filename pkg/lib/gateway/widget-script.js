/**
 * For every runtime's gateway entry: the script by which pages embed the widget, with the gateway's own address written
 * in. Every other copy of the script takes the page's own origin for the gateway's.
 */
import { hexOf } from "../hex.js";

/** Where the files are, below the gateway's own address. */
export const FOLDER = "dinerkit/";
/** The name of the script: the only one without a hash. */
export const SCRIPT = "diner-form.js";
export const SCRIPT_TYPE = "text/javascript; charset=utf-8";
/** What stands in the script in place of the address. */
export const BASE_MARK = "%DINERKIT_GATEWAY%";

const OK = 200;
const NOT_MODIFIED = 304;
const BAD_REQUEST = 400;
const NOT_FOUND = 404;
const METHOD_NOT_ALLOWED = 405;

/** The script's name stays, so it is asked for each time whether it is still the same. */
export const REVALIDATED = "no-cache";
/** A name with a hash never has other bytes. */
export const IMMUTABLE = "public, max-age=31536000, immutable";
const TEXT = "text/plain; charset=utf-8";

/** Every page may load the files and measure how long that took: they are the same for everybody. */
export const HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
  "Timing-Allow-Origin": "*",
  "X-Content-Type-Options": "nosniff",
};

/** A host that can be written into a script as it is. A URL's host may have more, such as a quotation mark. */
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;
/** What `createGateway` takes as `publicUrl`. */
const PUBLIC_URL = /^https?:\/\/[a-z0-9.\-_~:/[\]]+$/;

/**
 * Where guests reach the gateway: by `publicUrl`, which is given with or without a slash at its end, or else by each
 * request's host. `nameOf(request)` is the name of the file that is asked for, or undefined if it is no path of theirs;
 * `baseOf(request)` is the address to be written into the script, or undefined if the host is not one.
 */
export function place(publicUrl) {
  if (publicUrl !== undefined && !(PUBLIC_URL.test(publicUrl) && URL.canParse(publicUrl))) {
    throw new TypeError("options.publicUrl takes https://host, in lower case, with a path if need be");
  }
  const base = publicUrl && `${publicUrl.replace(/\/+$/, "")}/`;
  // A proxy in front may take the prefix off, or leave it on.
  const folders = new Set([`/${FOLDER}`, `${base ? new URL(base).pathname : "/"}${FOLDER}`]);
  return {
    nameOf({ url }) {
      const pathname = URL.canParse(url) ? new URL(url).pathname : "";
      const folder = [...folders].find((folder) => pathname.startsWith(folder));
      return folder && pathname.slice(folder.length);
    },
    baseOf({ url }) {
      if (base) return base;
      const { host } = new URL(url);
      return HOST.test(host) ? `//${host}/` : undefined;
    },
  };
}

/**
 * The script with the address in it, and its ETag. Without quotation marks in the address it needs no escaping.
 * `integrity` is not possible for it: the address is part of it.
 */
export async function scriptFor(script, base) {
  const bytes = new TextEncoder().encode(script.replace(BASE_MARK, base));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { bytes, tag: hexOf(digest.subarray(0, 12)) };
}

/** The answer with a file, or that the guest's browser has it already. `encoding` is that of the bytes, if they have one. */
export function answer(request, { bytes, tag, type, encoding, cacheControl = REVALIDATED }) {
  const etag = `"${tag}${encoding ? `-${encoding}` : ""}"`;
  const headers = { ...HEADERS, "Cache-Control": cacheControl, ETag: etag, Vary: "Accept-Encoding" };
  if (isKnown(request.headers.get("if-none-match"), etag)) return new Response(null, { status: NOT_MODIFIED, headers });
  Object.assign(headers, { "Content-Type": type, "Content-Length": `${bytes.length}` });
  if (encoding) headers["Content-Encoding"] = encoding;
  return new Response(request.method === "HEAD" ? null : bytes, { status: OK, headers });
}

/** Whether a tag is in the header; a proxy may have marked it as weak (RFC 9110 §13.1.2). */
function isKnown(header, etag) {
  const tags = (header ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes(etag) || tags.includes("*");
}

/** The answer to a request that gets no file. */
export function refusal(status, text, more) {
  const headers = { ...HEADERS, "Cache-Control": "no-store", "Content-Type": TEXT, ...more };
  return new Response(`${text}\n`, { status, headers });
}

export const notFound = () => refusal(NOT_FOUND, "not found");
/** The answer if no address can be written into the script. */
export const noHost = () => refusal(BAD_REQUEST, "the Host is not one");

/** The answer to a method that files don't have, or undefined for GET and HEAD. */
export const wrongMethod = ({ method }) =>
  method === "GET" || method === "HEAD"
    ? undefined
    : refusal(METHOD_NOT_ALLOWED, "GET or HEAD", { Allow: "GET, HEAD" });

/**
 * For platforms that serve the package's folder `dist/web` as static assets: `script(request)` reads `diner-form.js`.
 * Returns a function that answers requests for the script, and returns undefined for all others.
 */
export function widgetScript({ publicUrl, script }) {
  const { nameOf, baseOf } = place(publicUrl);
  return (request) => {
    if (nameOf(request) !== SCRIPT) return undefined;
    const base = baseOf(request);
    return wrongMethod(request) ?? (base === undefined ? noHost() : written(request, base));
  };
  async function written(request, base) {
    const variant = await scriptFor(await script(request), base);
    return answer(request, { ...variant, type: SCRIPT_TYPE });
  }
}
