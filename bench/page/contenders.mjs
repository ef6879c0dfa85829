/**
 * For `cargo xtask bench page`: the pages that are measured. All have the same words around the same fields, and differ
 * in how the fields come to be there.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import init, { callingCodes } from "../../pkg/entry/inline.js";
import { namedRegions } from "../../www/widget/calling-codes.js";

export const MICROSITE = "oak-and-salt";

/** The words of the surname's label, by the language of the page. */
const SURNAME = { en: "Surname", de: "Nachname" };

const html = ({ lang = "en", head, body }) => `<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Oak &amp; Salt</title>
    <link rel="icon" href="data:," />
    ${head}
  </head>
  <body>
    <h1>Book a table</h1>
    <p>Your details go to the restaurant and nowhere else.</p>
    ${body}
    <footer>Old Granary Yard, Northwick</footer>
  </body>
</html>
`;

const control = (name, label, attributes) =>
  `<p><label for="${name}">${label}</label> <input id="${name}" name="${name}" ${attributes} aria-describedby="${name}-error" /></p><p id="${name}-error"></p>`;

/** The fields that our form has by default and that need no Setup. `number` is what stands before the number. */
const fields = (action, number) => `<form action="${action}" novalidate>
      ${control("FirstName", "First name", 'autocomplete="given-name"')}
      ${control("Surname", "Surname", 'autocomplete="family-name" required')}
      ${control("Email", "Email", 'type="email" autocomplete="email" required')}
      ${number}
      ${control("Mobile", "Mobile", 'type="tel" autocomplete="tel-national"')}
      <button type="submit">Send my details</button>
    </form>`;

const countries = (regions) =>
  `<p><label for="Country">Country</label> <select id="Country">${regions
    .map(({ region, code, name }) => `<option${region === "GB" ? " selected" : ""}>${name} +${code}</option>`)
    .join("")}</select></p>`;

/**
 * How a checkout of ours is embedded. Since its gateway serves the widget, two lines are enough. Before that, the
 * package's README had the page load the package's files, which lie under `files`.
 */
function embedding(root, gateway, files) {
  if (existsSync(join(root, "pkg/dist/web/dinerkit/diner-form.js"))) {
    return {
      what: "ours, by two lines",
      head: `<script type="module" src="${gateway}/dinerkit/diner-form.js"></script>`,
      body: `<diner-form microsite="${MICROSITE}"></diner-form>`,
    };
  }
  return {
    what: "ours, by the package's files",
    head: `<link rel="stylesheet" href="${files}/dist/widget.css" />
    <script type="importmap">{ "imports": { "dinerkit": "${files}/entry/browser.js" } }</script>
    <script type="module" src="${files}/dist/widget.js"></script>`,
    body: `<diner-form microsite="${MICROSITE}" gateway="${gateway}"></diner-form>`,
  };
}

/** Our page, of the checkout at `root` with its `gateway`. */
export function ours({ name, root, gateway, lang = "en" }) {
  const { what, ...page } = embedding(root, gateway, `/${name}`);
  return {
    name,
    what: lang === "en" ? what : `${what}, in the language ${lang}`,
    label: SURNAME[lang],
    judges: true,
    page: html({ lang, ...page }),
    find: (path) => readIfThere(join(root, "pkg", path)),
  };
}

const readIfThere = (file) => (existsSync(file) ? readFileSync(file) : undefined);

/** The same fields in HTML. With `blocked`, behind a script of so many bytes that nothing makes smaller. */
export async function inHtml({ name, what, blocked }) {
  await init();
  const regions = namedRegions(callingCodes(), "en");
  // Compressed text would be smaller than its file, so the text is random and is sent as it is.
  const script =
    blocked &&
    `/*${randomBytes(blocked)
      .toString("base64")
      .slice(0, blocked - 4)}*/`;
  return {
    name,
    what,
    label: SURNAME.en,
    page: html({
      head: blocked ? `<script src="/${name}/blocking.js"></script>` : "",
      body: fields("", countries(regions)),
    }),
    find: (path) => (blocked && path === "blocking.js" ? Buffer.from(script) : undefined),
    isPlain: true,
  };
}

/** The same fields with intl-tel-input, its utils and valibot, bundled as they document it. */
export async function peer({ name, what, gateway }) {
  const { outputFiles } = await build({
    entryPoints: [new URL("peer.mjs", import.meta.url).pathname],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    loader: { ".webp": "file", ".png": "file" },
    outdir: "/bundle",
    write: false,
  });
  const files = new Map(
    outputFiles.map(({ path, contents }) => [path.slice("/bundle/".length), Buffer.from(contents)]),
  );
  return {
    name,
    what,
    label: SURNAME.en,
    judges: true,
    page: html({
      head: `<link rel="stylesheet" href="/${name}/peer.css" />
    <script type="module" src="/${name}/peer.js"></script>`,
      body: fields(`${gateway}/api/ConsumerApi/v1/Restaurant/${MICROSITE}/Customer`, ""),
    }),
    find: (path) => files.get(path),
  };
}
