/**
 * For gateways on Node, Bun and Deno: serves the widget's files. They are inside a script, so that a gateway needs no
 * file beside it, and goes on serving them while a new version of the package is being installed.
 */
import { promisify } from "node:util";
import { brotliCompress, brotliDecompressSync, constants, gzip } from "node:zlib";
import { bytesOf } from "../base64.js";
import { answer, IMMUTABLE, noHost, notFound, place, SCRIPT, scriptFor, wrongMethod } from "./widget-script.js";

/** The encodings that files have, the smallest first. */
const ENCODINGS = ["br", "gzip"];
/**
 * How many addresses the script is kept for. A gateway has a few names; whoever sends more of them gets a script that is
 * compressed fast and forgotten, so that made-up hosts take neither memory nor much time.
 */
const KEPT_MAX = 16;

const [compressBrotli, compressGzip] = [promisify(brotliCompress), promisify(gzip)];
const brotliOf = (quality) => (bytes) =>
  compressBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
const BEST = { br: brotliOf(constants.BROTLI_MAX_QUALITY), gzip: (bytes) => compressGzip(bytes, { level: 9 }) };
const FAST = { br: brotliOf(4), gzip: (bytes) => compressGzip(bytes, { level: 4 }) };

/**
 * With the files as `dist/inline/web.js` lists them, returns a function that answers requests for the widget's files, below `/dinerkit/` and below the path of `publicUrl`,
 * and returns undefined for all others.
 */
export function filesHandler(listed, { publicUrl } = {}) {
  const { nameOf, baseOf } = place(publicUrl);
  const files = read(listed);
  const { forms, type } = files.get(SCRIPT);
  const text = new TextDecoder().decode(forms.get(undefined));
  const kept = new Map();

  /** The script for an address: its bytes and ETag, and `compressed(encoding)`. */
  function variantFor(base) {
    const known = kept.get(base);
    if (known) return known;
    const isKept = kept.size < KEPT_MAX;
    const variant = scriptFor(text, base).then((script) => ({
      ...script,
      compressed: onceFor((encoding) => (isKept ? BEST : FAST)[encoding](script.bytes)),
    }));
    if (isKept) kept.set(base, variant);
    return variant;
  }

  async function script(request, base) {
    const { bytes, tag, compressed } = await variantFor(base);
    const encoding = acceptedEncoding(request, (encoding) => encoding in BEST);
    return answer(request, { bytes: encoding ? await compressed(encoding) : bytes, tag, encoding, type });
  }

  return (request) => {
    const name = nameOf(request);
    if (name === undefined) return undefined;
    const file = files.get(name);
    const refused = file ? wrongMethod(request) : notFound();
    if (refused) return refused;
    if (name === SCRIPT) {
      const base = baseOf(request);
      return base === undefined ? noHost() : script(request, base);
    }
    const encoding = acceptedEncoding(request, (encoding) => file.forms.has(encoding));
    const bytes = file.forms.get(encoding);
    return answer(request, { bytes, tag: name, encoding, type: file.type, cacheControl: IMMUTABLE });
  };
}

/**
 * Every file that may be asked for, by its name: its type, and its bytes by their encoding. A file that has a compressed
 * form is listed without its plain one.
 */
function read(listed) {
  const files = listed.map(({ name, type, ...texts }) => {
    const forms = new Map(Object.entries(texts).map(([encoding, text]) => [encoding, bytesOf(text)]));
    forms.set(undefined, forms.get("identity") ?? brotliDecompressSync(forms.get("br")));
    return [name, { type, forms }];
  });
  return new Map(files);
}

/** The smallest encoding that a request accepts, out of those that there are; undefined for none (RFC 9110 §12.5.3). */
function acceptedEncoding(request, hasForm) {
  const weights = new Map();
  for (const part of (request.headers.get("accept-encoding") ?? "").toLowerCase().split(",")) {
    const [name, ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)));
  }
  const isAccepted = (encoding) => (weights.get(encoding) ?? weights.get("*") ?? 0) > 0;
  return ENCODINGS.find((encoding) => hasForm(encoding) && isAccepted(encoding));
}

/** A function that works once for each argument. */
function onceFor(work) {
  const results = new Map();
  return (argument) => {
    if (!results.has(argument)) results.set(argument, work(argument));
    return results.get(argument);
  };
}
