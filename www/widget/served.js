/**
 * For pages that embed the form by the script of a gateway (`…/dinerkit/diner-form.js`): one script for the first
 * field, which may also be a classic one. It shows the fields at once, in English or as soon as the language is there.
 * What comes later, a second script and data, has names with hashes that are written into this script when it is built;
 * the browser refuses a file with another hash. What pages may rely on stands in diner-form.js.
 */
import { define, makeDinerForm } from "./element.js";
import { fetchBytes, once } from "./files.js";
import words from "guest-words";

/** The address of the gateway, which the gateway writes here when it serves this script; else still the mark. */
const GATEWAY = "%DINERKIT_GATEWAY%";

/** The element of this script. A module script is not the current script, so that it is looked for by its name. */
const script = document.currentScript ?? document.querySelector('script[src*="diner-form.js"]');
const address = script?.src || document.baseURI;

/**
 * The gateway's address. Written in as a host, it has the scheme of this script, which the page's own address and its
 * `<base>` may lack.
 */
const gateway = GATEWAY[0] === "%" ? "" : new URL(GATEWAY, address).href;

/** The folder of this script and of the other files. */
const folder = gateway ? `${gateway}dinerkit/` : address;

/** The address of a file, whose name ends with the hash of its bytes, and the digest by which the browser checks it. */
const file = (stem, extension, hash) => ({
  url: new URL(`${stem}-${hash}.${extension}`, folder),
  integrity: `sha256-${hash.replaceAll("-", "+").replaceAll("_", "/")}=`,
});

/** The bytes of a file: the browser refuses others. */
const bytesOf = (...name) => {
  const { url, integrity } = file(...name);
  return fetchBytes(url, integrity);
};

/** The hash of each file, or of the first file of each language. */
const { module, tables, later, words: hashes } = __HASHES__;

/** How often the later script was asked for. */
let asked = 0;

/**
 * Imports the later script, by a query of its own after a failure, which some browsers keep. An import has no digest
 * besides what the browser was told before by a `modulepreload`.
 */
const loadLater = once(() => {
  const { url, integrity } = file("later", "js", later);
  if (asked++) url.search = asked;
  const link = document.createElement("link");
  Object.assign(link, { rel: "modulepreload", href: url, integrity, nonce: script?.nonce ?? "" });
  document.head.append(link);
  return import(url).finally(() => link.remove());
});

const locales = {};
for (const tag of Object.keys(hashes)) {
  const first = once(async () =>
    JSON.parse(new TextDecoder().decode(await bytesOf(`${tag}-first`, "json", hashes[tag]))),
  );
  // Both files of a language have the hash of the first one in their names, and the first one has the digest of the later
  // one. So both are asked for at once, and this script has one hash for both.
  const load = async () => {
    const { url } = file(`${tag}-later`, "json", hashes[tag]);
    const [{ wholeLanguage }, ...parts] = await Promise.all([loadLater(), first(), fetchBytes(url)]);
    return wholeLanguage(url, ...parts);
  };
  locales[tag] = Object.assign(load, { first });
}
// The first English words are here already, and the later script has the others.
locales.en = async () => ({ default: { ...words, ...(await loadLater()).words } });

const files = {
  module: once(() => bytesOf("guest", "wasm", module)),
  tables: once(() => bytesOf("guest", "bin", tables)),
};

define(makeDinerForm({
  gateway,
  locales,
  english: { load: locales.en, words },
  later: loadLater,
  files() {
    for (const fetchFile of Object.values(files)) fetchFile().catch(() => {});
    return files;
  },
}));
