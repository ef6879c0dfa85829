/**
 * For translators: what the texts of every language must have. They are read from the packed tarball, as users read
 * them. Environment: TARBALL.
 */
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { Project } from "../support/project.mjs";
import pageWords from "../../www/widget/pages/all.js";

const TAGS = ["en", "fr", "de", "es", "it", "nl", "pt", "pl", "sv", "nb", "da", "ar", "zh-Hans", "ja"];

/** The texts that may be the same as in English, by path, with the languages. */
const SAME_AS_ENGLISH = {
  // These languages call the service SMS too; Swedish, Dutch and Danish write it as a word.
  "labels.ReceiveSmsMarketing": ["fr", "de", "es", "it", "pt", "pl", "nb", "ja"],
  "labels.ReceiveRestaurantSmsMarketing": ["fr", "de", "es", "it", "pt", "pl", "nb", "ja"],
  // The Dutch word is the same.
  "labels.Address.Postcode": ["nl"],
};

const root = new URL("../../", import.meta.url);
const { issues } = JSON.parse(await readFile(new URL("docs/reference.json", root), "utf8"));
/** The parameters of each code of the rules, as placeholders. */
const catalogue = new Map(
  issues.map(({ code, meaning }) => [code, (meaning.split("Params:")[1] ?? "").match(/(?<=`)\w+(?=`)/g) ?? []]),
);

/** Checks the plural forms of a text with a number: those of the language, with the number. */
function assertPlurals(forms, tag) {
  const rules = new Intl.PluralRules(tag);
  assert.deepEqual(Object.keys(forms).sort(), rules.resolvedOptions().pluralCategories.sort());
  const counts = Array.from({ length: 1000 }, (_, index) => index + 1);
  for (const [category, text] of Object.entries(forms)) {
    // A plural form that stands for one number only, or for no number at all, may have the number as a word.
    const isSingle = counts.filter((count) => rules.select(count) === category).length < 2;
    assert.ok(text.trim(), category);
    assert.deepEqual(placeholders(text), isSingle && !text.includes("{") ? [] : ["{count}"], category);
  }
}

/** Every text of a locale by its path, without the plural forms. */
function texts(words) {
  const walk = (value, path) =>
    typeof value === "string"
      ? [[path.join("."), value]]
      : Object.entries(value).flatMap(([key, inner]) => walk(inner, [...path, key]));
  return new Map(walk({ ...words, language: {}, problems: {} }, []));
}

/** The placeholders of a text. Anything else in braces, or a single brace, is a mistake. */
function placeholders(text) {
  assert.doesNotMatch(text.replaceAll(/\{[A-Za-z]+\}/g, ""), /[{}｛｝]/, text);
  return [...text.matchAll(/\{\w+\}/g)].map(String).sort();
}

const hasLetters = (text) => /\p{Letter}/u.test(text.replaceAll(/\{\w+\}/g, ""));

const project = await Project.install();

describe("the languages", () => {
  let locales;
  before(async () => {
    locales = await project.consume(`
      const words = {};
      for (const tag of ${JSON.stringify(TAGS)}) words[tag] = (await import("dinerkit/locales/" + tag)).default;
      console.log(JSON.stringify(words));`);
  });

  const folder = () => join(project.folder, "node_modules", "dinerkit", "dist", "locales");

  it("are these fourteen, with a file each", async () => {
    assert.deepEqual(await readdir(folder()), TAGS.map((tag) => `${tag}.js`).sort());
  });

  it("have a message for every code of the rules, with only the parameters that the rules give", () => {
    assert.ok(catalogue.size > 0);
    const { messages } = locales.en;
    const codes = Object.keys(messages).map((key) => key.split(".")[0]);
    assert.deepEqual([...new Set(codes)].sort(), [...catalogue.keys()].sort());
    for (const code of catalogue.keys()) assert.ok(messages[code], code);
    for (const [key, text] of Object.entries(messages)) {
      const known = catalogue.get(key.split(".")[0]).map((name) => `{${name}}`);
      for (const name of placeholders(text)) assert.ok(known.includes(name), `${key}: ${name}`);
    }
  });

  /** The folder with the two files of each language that the widget imports. */
  const words = () => join(folder(), "..", "words");

  it("are in two files each for the widget, which has English inside, and these are the whole", async () => {
    const others = TAGS.filter((tag) => tag !== "en");
    const names = others.flatMap((tag) => [`${tag}-first.js`, `${tag}-later.js`]);
    assert.deepEqual(await readdir(words()), names.sort());
    const read = async (name) => (await import(pathToFileURL(join(words(), name)))).default;
    for (const tag of others) {
      const [first, later] = [await read(`${tag}-first.js`), await read(`${tag}-later.js`)];
      assert.deepEqual({ ...first, ...later }, locales[tag], tag);
      assert.deepEqual([Boolean(first.labels), Boolean(first.messages)], [true, false], tag);
    }
  });

  for (const [budget, parts] of [
    ["locale-first", ["first"]],
    ["locale", ["first", "later"]],
  ]) {
    it(`fit the budget ${budget}, which measures the largest of them`, async () => {
      const budgets = await readFile(new URL("budgets.toml", root), "utf8");
      const [, row] = budgets.split(`name = "${budget}"`);
      const [, files] = /files = (\[.+\])/.exec(row);
      const ceiling = Number(/^ceiling = (.+)$/m.exec(row)[1].replaceAll("_", ""));
      const sizes = [];
      for (const tag of TAGS.filter((tag) => tag !== "en")) {
        const each = parts.map(async (part) => brotliCompressSync(await readFile(join(words(), `${tag}-${part}.js`))));
        const size = (await Promise.all(each)).reduce((sum, { length }) => sum + length, 0);
        sizes.push([tag, size]);
      }
      sizes.sort(([, a], [, b]) => b - a);
      assert.deepEqual(
        sizes.filter(([, size]) => size > ceiling),
        [],
      );
      assert.deepEqual(
        JSON.parse(files),
        parts.map((part) => `dist/words/${sizes[0][0]}-${part}.js`),
      );
    });
  }

  it("give a program the message for an issue, with the words of its field if the field has its own", async () => {
    const said = await project.consume(`
      import init, { checkField, checkCustomer } from "dinerkit";
      import { message } from "dinerkit/message";
      import fr from "dinerkit/locales/fr";
      await init();
      const [tooLong] = checkField("Surname", "x".repeat(1000));
      const { issues } = checkCustomer({ Email: "lee@example.com", Mobile: "+44 7700 900123" });
      console.log(JSON.stringify([
        message(tooLong, fr),
        issues.map((issue) => message(issue, fr)),
        message({ code: "of_another_version", path: [], params: { max: 3 }, message: "at most {max}" }, fr),
      ]));`);
    const [tooLong, issues, unknown] = said;
    assert.match(tooLong, /^Veuillez utiliser au plus \d+ caractères\.$/);
    assert.deepEqual(issues, ["Veuillez indiquer votre nom."]);
    assert.equal(unknown, "at most 3");
  });

  it("say the days that can be meant with their months by name, in words of their own", async () => {
    const { message } = await project.import("dinerkit/message");
    const params = { first: "1990-04-03", second: "1990-03-04" };
    const said = ({ messages, language }) =>
      message({ code: "date_ambiguous", path: ["Birthday"], params, message: "" }, { messages, language });
    assert.equal(said(locales.en), "Do you mean April 3, 1990 or March 4, 1990?");
    assert.equal(said(locales.de), "Meinen Sie den 3. April 1990 oder den 4. März 1990?");
    assert.equal(said(locales.ja), "1990年4月3日と1990年3月4日のどちらですか？");
    assert.equal(said(locales.pl), "Czy chodzi o 3 kwietnia 1990, czy o 4 marca 1990?");
    const texts = TAGS.map((tag) => said(locales[tag]));
    for (const text of texts) assert.doesNotMatch(text, /1990-|[{}]/);
    assert.equal(said({ messages: locales.en.messages }), "Do you mean 1990-04-03 or 1990-03-04?");
  });

  for (const tag of TAGS) {
    describe(tag, () => {
      it("has its own tag", () => assert.equal(locales[tag].language, tag));

      it("has all texts that English has, none of them empty", () => {
        const own = texts(locales[tag]);
        assert.deepEqual([...own.keys()].sort(), [...texts(locales.en).keys()].sort());
        for (const [path, text] of own) assert.ok(text.trim(), path);
      });

      it("has the placeholders that English has", () => {
        const english = texts(locales.en);
        for (const [path, text] of texts(locales[tag])) {
          assert.deepEqual(placeholders(text), placeholders(english.get(path)), path);
        }
      });

      it("has the plural forms of its language, with the number", () => {
        assertPlurals(locales[tag].problems, tag);
      });

      if (tag === "en") return;
      it("has no English text", () => {
        const english = texts(locales.en);
        const same = [...texts(locales[tag])].filter(([path, text]) => hasLetters(text) && text === english.get(path));
        const allowed = Object.entries(SAME_AS_ENGLISH).filter(([, tags]) => tags.includes(tag));
        assert.deepEqual(same.map(([path]) => path).sort(), allowed.map(([path]) => path).sort());
      });
    });
  }
});

describe("the words of the gateway's pages", () => {
  it("are there in every language of the widget", () => {
    assert.deepEqual(Object.keys(pageWords).sort(), [...TAGS].sort());
  });

  for (const tag of TAGS) {
    it(`are all there, with the placeholders of English and in no English: ${tag}`, () => {
      const english = pageWords.en;
      const own = pageWords[tag];
      assert.deepEqual(Object.keys(own), Object.keys(english));
      for (const [name, text] of Object.entries({ ...own, guests: own.guests.other })) {
        assert.ok(text.trim(), name);
        assert.deepEqual(placeholders(text), placeholders(english[name].other ?? english[name]), name);
        if (tag !== "en" && text === english[name]) assert.fail(`${name} is in English`);
      }
      assertPlurals(own.guests, tag);
    });
  }
});
