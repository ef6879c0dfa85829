/**
 * For pages that embed the form by the script of a gateway (`…/dinerkit/diner-form.js`): one script for the whole form,
 * which may also be a classic one. It shows the fields at once, in English or as soon as the language is there. What
 * comes later is data, under names with hashes that are written into this script when it is built; the browser refuses
 * a file with another hash. What pages may rely on stands in diner-form.js.
 */
import { define, makeDinerForm } from "./element.js";
import { fetchFile } from "./files.js";
import { loadRules } from "./rules.js";
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

/** Fetches a file, whose name ends with the hash of its bytes: the browser refuses other bytes. */
const fetchOwn = (stem, extension, hash) =>
  fetchFile(
    new URL(`${stem}-${hash}.${extension}`, folder),
    `sha256-${hash.replaceAll("-", "+").replaceAll("_", "/")}=`,
  );

/** The hash of each file, or of each language's. */
const { module, tables, words: hashes } = __HASHES__;

const wordsOf = async (tag) => (await fetchOwn(tag, "json", hashes[tag])).json();

const locales = {};
for (const tag in hashes) locales[tag] = async () => ({ default: await wordsOf(tag) });
// The first English words are here already.
locales.en = async () => ({ default: { ...words, ...(await wordsOf("en")) } });

define(makeDinerForm({
  gateway,
  locales,
  english: { load: locales.en, words },
  rules: () =>
    loadRules({
      module: () => fetchOwn("guest", "wasm", module),
      tables: () => fetchOwn("guest", "bin", tables),
    }),
}));
