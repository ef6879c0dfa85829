/** The page for browsers without JavaScript. */
import assert from "node:assert/strict";
import { describe, it } from "../cases.mjs";
import { json, open, vendor } from "./stand-in.mjs";

describe("the page without JavaScript", () => {
  const POSTED = { body: "Surname=Lee", "Content-Type": "application/x-www-form-urlencoded" };

  it("looks at no language that is too long to be one, whatever the answer", async () => {
    const { ask } = open({ perAddress: 10 });
    // Engines read a tag in a time that grows with the square of its length.
    const tag = `en-${Array.from({ length: 2600 }, (_, index) => `z${index.toString(36).padStart(4, "0")}`).join("-")}`;
    const { getCanonicalLocales } = Intl;
    const lengths = [];
    Intl.getCanonicalLocales = (text) => {
      lengths.push(text.length);
      return getCanonicalLocales(text);
    };
    try {
      const languages = { "Accept-Language": `${tag},de;q=0.9` };
      for (const [method, path, headers, status] of [
        ["GET", `form?lang=${tag}`, languages, 200],
        ["POST", `form?lang=${tag}`, { ...languages, ...POSTED }, 403],
        ...Array.from({ length: 9 }, () => ["GET", "form", languages, 200]),
        ["GET", "form", languages, 429],
      ]) {
        const response = await ask(method, path, headers);
        assert.equal(response.status, status);
        await response.text();
      }
    } finally {
      Intl.getCanonicalLocales = getCanonicalLocales;
    }
    assert.ok(lengths.length > 0);
    assert.ok(Math.max(...lengths) <= 64, `${Math.max(...lengths)}`);
  });

  it("asks for the fields that its address names, with spaces or with commas between", async () => {
    const { ask } = open();
    for (const fields of ["Surname+Birthday", "Surname,Birthday", "Surname,%20Birthday"]) {
      const page = await (await ask("GET", `form?fields=${fields}`)).text();
      assert.match(page, /name="Birthday"/, fields);
      assert.doesNotMatch(page, /name="FirstName"/, fields);
    }
  });

  it("says of a form that cannot be shown only that", async () => {
    const { ask } = open(
      {},
      vendor((asked) => (asked.startsWith("GET") ? json({}, 500) : undefined)),
    );
    const response = await ask("GET", "form");
    assert.equal(response.status, 503);
    assert.match(await response.text(), /<p>The form could not be loaded\.<\/p><a href="\?">Try again<\/a>/);
  });
});
