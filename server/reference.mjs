/**
 * For docs/gateway.md: the table of the command's keys, from options.js and, where an option is the gateway's own, the
 * words of its types. `node server/reference.mjs` writes it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { environmentName, OPTIONS } from "./options.js";

const PAGE = new URL("../docs/gateway.md", import.meta.url);
const TYPES = new URL("../pkg/types/gateway.d.ts", import.meta.url);
const BEGIN = "<!-- Made from server/options.js by `cargo xtask docs`: -->\n";
const END = "<!-- Until here. -->\n";

/** The page with the table as it is now. */
export function withOptions(page) {
  const [before, rest] = page.split(BEGIN);
  const at = rest?.indexOf(END) ?? -1;
  if (at < 0) throw new Error("docs/gateway.md has no marks for the table of keys");
  return `${before}${BEGIN}\n${table()}\n${rest.slice(at)}`;
}

function table() {
  const types = readFileSync(TYPES, "utf8");
  const lines = OPTIONS.map((option) => {
    const name = environmentName(option);
    return [`\`${option.key}\``, standard(option), name ? `\`${name}\`` : "–", meaning(option, types)];
  });
  const head = ["key", "default", "environment", "means"];
  const rows = [head, head.map(() => "---"), ...lines];
  return rows.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function standard({ required, standard, shown }) {
  if (required) return "needed";
  if (shown) return shown;
  const isNothing = standard === undefined || (typeof standard === "object" && Object.keys(standard).length === 0);
  return isNothing ? "–" : `\`${standard}\``;
}

function meaning({ key, about, file }, types) {
  const [, comment] = new RegExp(`/\\*\\*((?:[^*]|\\*(?!/))*)\\*/\\s+${key}\\??:`).exec(types) ?? [];
  const words = about ?? comment?.replaceAll(/\s+\*?\s+/g, " ").trim();
  if (!words) throw new Error(`${key} is described nowhere`);
  return file ? `${words} Or \`${key.split(".").at(-1)}File\`.` : words;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(PAGE, withOptions(readFileSync(PAGE, "utf8")));
}
