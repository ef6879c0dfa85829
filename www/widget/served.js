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

/** The hash of each file, or of each language's. */
const { module, tables, later, words: hashes } = __HASHES__;

const wordsOf = async (tag) => JSON.parse(new TextDecoder().decode(await bytesOf(tag, "json", hashes[tag])));

/**
 * Runs the later script, which gives what it has to the function `take`. It is an element, because a browser checks the
 * digest of no other script, and it has this script's nonce, without which some pages' policies would refuse it.
 */
const loadLater = once(
  () =>
    new Promise((take, reject) => {
      const { url, integrity } = file("later", "js", later);
      const node = document.createElement("script");
      const onerror = () => reject(new TypeError("the later script was refused"));
      const nonce = script?.nonce ?? "";
      Object.assign(node, { take, onerror, integrity, nonce, crossOrigin: "anonymous", src: trusted(url.href) });
      document.head.append(node);
      node.remove();
    }),
);

let policy;

/** The address as a page takes it that asks for trusted types. Its policy must allow the name `dinerkit`. */
function trusted(address) {
  try {
    policy ??= globalThis.trustedTypes?.createPolicy("dinerkit", { createScriptURL: (url) => url });
  } catch {
    // A page that allows only other names may still take the plain address.
  }
  return policy?.createScriptURL(address) ?? address;
}

const locales = {};
for (const tag in hashes) locales[tag] = async () => ({ default: await wordsOf(tag) });
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
