/** For the host pages: the style sheets that restaurants' pages have, of frameworks as npm has them, and typical resets. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import postcss from "postcss";
import { compile } from "tailwindcss";
import tailwind3 from "tailwindcss3";

const { resolve } = createRequire(import.meta.url);
const read = (path) => readFile(path, "utf8");

export const bootstrap = () => read(resolve("bootstrap/dist/css/bootstrap.min.css"));
export const bulma = () => read(resolve("bulma/css/bulma.min.css"));

/** What Tailwind 3 makes of `@tailwind base`, its preflight: no layer of the browser's, so it beats all layers. */
export async function tailwindOf3() {
  const config = { content: [{ raw: "" }] };
  const { css } = await postcss([tailwind3(config)]).process("@tailwind base;", { from: undefined });
  return css;
}

/** What Tailwind 4 makes of `@import "tailwindcss"`. Its preflight is in a layer. */
export async function tailwindOf4() {
  const folder = dirname(resolve("tailwindcss/package.json"));
  const sheet = await compile('@import "tailwindcss";', {
    loadStylesheet: async (id) => {
      const path = join(folder, id === "tailwindcss" ? "index.css" : id);
      return { path, base: folder, content: await read(path) };
    },
  });
  return sheet.build([]);
}

/** What the themes of WordPress do to forms: selectors by the type of an input, and capital letters on buttons. */
export const wordpress = () => `
html { box-sizing: border-box; font-size: 62.5%; }
*, *::before, *::after { box-sizing: inherit; word-wrap: break-word; }
html, body, div, span, h1, h2, h3, p, a, form, fieldset, label, legend, ul, li, details, summary {
  border: none; font-size: inherit; line-height: inherit; margin: 0; padding: 0; text-align: inherit;
}
body { background: #f5efe0; color: #000; font: 1.8rem/1.5 -apple-system, sans-serif; letter-spacing: -0.015em; }
main { margin: 0 auto; max-width: 58rem; padding: 2rem; }
h1 { font-size: 3.6rem; } h2 { font-size: 2.8rem; }
fieldset { border: 0.2rem solid #dcd7ca; padding: 2rem; }
legend { font-size: 0.85em; font-weight: 700; padding: 0 1rem; }
label { display: block; font-size: 1.6rem; font-weight: 400; margin: 0 0 0.5rem; }
input, textarea, button { border: none; font-family: inherit; line-height: 1; }
input[type="text"], input[type="email"], input[type="tel"], input[type="date"], textarea {
  -webkit-appearance: none; -moz-appearance: none; background: #fff; border: 0 solid #dcd7ca; border-radius: 0;
  box-shadow: none; display: block; font-size: 1.6rem; margin: 0; max-width: 100%; padding: 1.5rem 1.8rem; width: 100%;
}
input[type="checkbox"] { -webkit-appearance: none; height: 1.5rem; width: 1.5rem; }
select { font-size: 1em; }
button, input[type="submit"] {
  -webkit-appearance: none; background: none; border-radius: 0; cursor: pointer; font-size: 1.5rem; font-weight: 600;
  letter-spacing: 0.0333em; opacity: 1; padding: 0; text-transform: uppercase;
}
:focus, a:focus, input:focus, button:focus, select:focus { outline: none; }
`;

/** What Squarespace's templates do: everything is taken from the controls, and the page's font size follows the window. */
export const squarespace = () => `
html, body, div, span, h1, h2, h3, p, a, fieldset, form, label, legend, details, summary, input, select, textarea, button, ul, li {
  background: transparent; border: 0; font: inherit; letter-spacing: 0; margin: 0; outline: 0; padding: 0;
  vertical-align: baseline;
}
html { font-size: clamp(14px, 1.2vw, 18px); }
body { background: hsl(36 30% 94%); color: hsl(0 0% 20%); font: 300 1rem/1.8 "Helvetica Neue", Helvetica, sans-serif; }
main { margin: 0 auto; max-width: 44rem; padding: 6vw 4vw; }
h1 { font-size: 2.6rem; line-height: 1.2; } h2 { font-size: 1.8rem; }
ul { list-style: none; }
input, select, textarea, button { -webkit-appearance: none; appearance: none; border-radius: 0; color: inherit; }
[type="checkbox"] { appearance: none; }
button { display: inline; text-align: inherit; }
a { color: inherit; text-decoration: none; }
`;

export const unset = () =>
  "* { all: unset; } head, script, style, title { display: none; } main { display: block; padding: 1rem; }";

/** What a page writes for its own forms and boxes, without a thought of those of others. */
export const layout = () => `
form { display: flex; flex-wrap: wrap; } div { display: block; } p { display: inline; } fieldset { display: flex; }
input { display: inline-block; width: 12rem; } label { display: inline; } button { display: inline; }
body { font: 1rem/1.5 Georgia, serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem; }
`;

const PLAIN = "body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem; }";
const NIGHT = `${PLAIN} body { background: #111; color: #ddd; } a { color: #9cf; }`;
export const plain = () => PLAIN;
export const dark = () => NIGHT;
export const darkDeclared = () => `:root { color-scheme: dark; } ${NIGHT}`;
export const device = () => `:root { background: Canvas; color-scheme: light dark; } ${PLAIN}`;
/** Its text is as pale as text on white may be. */
export const light = () => `${PLAIN} html { background: #fff; } body { color: #666; }`;
