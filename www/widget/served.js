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
/** The name of this script, by which a copy that no gateway served is found in the page. */
const NAME = "diner-form.js";

const isServed = !GATEWAY.startsWith("%");

/**
 * The gateway's address. Written in as a host, it has the scheme of this script, which the page's own address and its
 * `<base>` may lack.
 */
const gateway = isServed ? new URL(GATEWAY, ownAddress()).href : "";

/** The folder of this script and of the other files. */
const folder = isServed ? new URL("dinerkit/", gateway) : new URL(".", ownAddress());

/** The address of this script. A module script is not the current script, so that it is looked for by its name. */
function ownAddress() {
  const script = document.currentScript ?? document.querySelector(`script[src*="${NAME}"]`);
  return script?.src || document.baseURI;
}

/** Fetches a file whose name holds the hash of its bytes: the browser refuses other bytes. */
function fetchOwn(name) {
  const [, hash] = /-(.{43})\./.exec(name);
  return fetchFile(new URL(name, folder), `sha256-${hash.replaceAll("-", "+").replaceAll("_", "/")}=`);
}

const { module, tables, english, languages } = __FILES__;

const wordsOf = async (name) => (await fetchOwn(name)).json();
const loadEnglish = async () => ({ default: { ...words, ...(await wordsOf(english)) } });

const locales = { en: loadEnglish };
for (const [tag, name] of Object.entries(languages)) locales[tag] = async () => ({ default: await wordsOf(name) });
// Readers of any kind of Norwegian get Bokmål, which they read better than English.
locales.no = locales.nn = locales.nb;

define(makeDinerForm({
  gateway,
  locales,
  english: { load: loadEnglish, words },
  rules: () => loadRules({ module: () => fetchOwn(module), tables: () => fetchOwn(tables) }),
  isImmediate: true,
}));
