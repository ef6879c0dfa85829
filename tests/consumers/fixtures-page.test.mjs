/** For whoever changes how docs/bundlers.md is written: the page for some fixtures. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pageOf } from "../support/fixtures-page.mjs";

const row = (title, place, name, more) => ({
  title,
  place,
  name,
  versions: ["tool 1.0.0"],
  write: "",
  seconds: 2,
  ...more,
});

test("page has a table for each list, in the list's order", () => {
  const rows = [
    row("servers", 1, "Second", { write: "`a line`" }),
    row("servers", 0, "First", { versions: ["tool 1.0.0", "other 2.0.0"] }),
    row("browsers", 0, "Third", { versions: [] }),
  ];
  const page = pageOf(rows, { version: "1.2.3", commit: "abc", date: "2026-11-29" });
  assert.equal(
    page.slice(page.indexOf("dinerkit 1.2.3")),
    `dinerkit 1.2.3, commit abc, 2026-11-29

## Browsers

| environment | versions | you write | seconds |
| --- | --- | --- | --- |
| Third | – | nothing | 2 |

## Servers

| environment | versions | you write | seconds |
| --- | --- | --- | --- |
| First | tool 1.0.0, other 2.0.0 | nothing | 2 |
| Second | tool 1.0.0 | \`a line\` | 2 |
`,
  );
});
