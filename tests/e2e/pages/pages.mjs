/**
 * For whoever changes the widget: the pages of others on which it must look right and work. To add one, add a row.
 *
 * A row has
 * - `name`: what its tests and screenshots are called.
 * - `colours`: "light" or "dark" if the page has these on every device, "device" if it follows the device.
 * - `sheets`: functions that resolve to style sheets. The page links to them before the widget's script.
 * - `lateSheets`: the same, after the script.
 * - `script`: false if the page brings the widget's script itself. Default: the gateway's, as a module.
 * - `head`: HTML at the end of the page's head. Default: none.
 * - `files(gateway)`: resolves to more files of the page's host by their paths, `{ "/app.js": { type, body } }`. Default:
 *   none.
 * - `html(parts)`: the whole document of `{ title, head, gateway }`, or a promise of it, where `head` has links, script and
 *   the row's own `head`. Default: `pageOf`.
 * - `open(page, url)`: opens the page until the element is on it: for pages that show it late, as in a dialog or after a
 *   visit by a script. Default: goes to the address.
 * - `root(page)`: the frame that has the element. Default: the page's own.
 * - `expected`: patterns of what the browser may complain of. Default: nothing.
 *
 * The rows of apps.mjs are about behaviour: their looks are measured on fewer devices.
 *
 * What is done on every page stands in booking.mjs, which knows no page; host-pages.test.mjs does it.
 */
import { APPS } from "./apps.mjs";
import { FORM, pageOf } from "./document.mjs";
import {
  bootstrap,
  bulma,
  dark,
  darkDeclared,
  device,
  layout,
  light,
  plain,
  squarespace,
  tailwindOf3,
  tailwindOf4,
  unset,
  wordpress,
} from "./sheets.mjs";

/** Bootstrap and Bulma expect their container around a page's text. */
const contained = (parts) =>
  pageOf(parts).replace("<main>", '<main class="container" style="max-width: 44rem; padding: 1rem">');

/** A page whose element has more attributes. */
const withForm = (attributes) => (parts) =>
  pageOf({ ...parts, form: FORM.replace("<diner-form", `<diner-form ${attributes}`) });

export const PAGES = [
  { name: "bare", colours: "light", sheets: [plain] },
  { name: "Bootstrap 5", colours: "light", sheets: [bootstrap], html: contained },
  {
    name: "Bootstrap 5, dark",
    colours: "dark",
    sheets: [bootstrap],
    html: (parts) => contained(parts).replace("<html", '<html data-bs-theme="dark"'),
  },
  { name: "Bulma", colours: "device", sheets: [bulma], html: contained },
  { name: "Tailwind 3", colours: "light", sheets: [tailwindOf3], html: contained },
  { name: "Tailwind 4", colours: "light", sheets: [tailwindOf4], html: contained },
  { name: "Tailwind 4, after the widget", colours: "light", lateSheets: [tailwindOf4], html: contained },
  { name: "WordPress theme", colours: "light", sheets: [wordpress] },
  { name: "Squarespace template", colours: "light", sheets: [squarespace] },
  { name: "all unset", colours: "light", sheets: [unset] },
  { name: "own layout", colours: "light", sheets: [layout] },
  { name: "dark only", colours: "dark", sheets: [dark] },
  { name: "dark only, declared", colours: "dark", sheets: [darkDeclared] },
  ...["soft", "line", "bold"].map((theme) => ({
    name: `theme ${theme}`,
    colours: "device",
    sheets: [device],
    html: withForm(`theme="${theme}"`),
  })),
  { name: "light only", colours: "light", sheets: [light] },
  ...APPS.map((row) => ({ ...row, isApp: true })),
];

/** Makes a row's page for a gateway: the document's `html`, and the `files` of its host by their paths. */
export async function documentOf(host, gateway) {
  const { sheets = [], lateSheets = [], html = pageOf } = host;
  const folder = `/sheets/${encodeURIComponent(host.name)}`;
  const files = { ...(await host.files?.(gateway)) };
  const links = async (all, kind) => {
    const paths = all.map((_, index) => `${folder}/${kind}-${index}.css`);
    const texts = await Promise.all(all.map((sheet) => sheet()));
    for (const [index, path] of paths.entries()) files[path] = { type: "text/css", body: texts[index] };
    return paths.map((path) => `<link rel="stylesheet" href="${path}">`).join("");
  };
  const [early, late] = [await links(sheets, "early"), await links(lateSheets, "late")];
  const script = host.script === false ? "" : `<script type="module" src="${gateway}/dinerkit/diner-form.js"></script>`;
  const head = early + script + late + (host.head ?? "");
  return { html: await html({ title: host.name, head, gateway }), files };
}
