/**
 * For whoever changes the form's fields: which there are, in which order and with which words, and what a list of
 * countries holds. The nodes are those of the page without JavaScript.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldsOf } from "../../pkg/lib/fields.js";
import { likelyRegions, regionOf, regions } from "../../www/widget/calling-codes.js";
import { countries, namedRegions, nameCountries } from "../../www/widget/countries.js";
import { regionNamed } from "../../www/widget/country-names.js";
import { element } from "../../www/widget/html.js";
import { chosenRows, DEFAULT_FIELDS, layout } from "../../www/widget/layout.js";
import en from "../../www/widget/locales/en.js";

const SETUP = {
  Titles: ["Ms", "Dr"],
  CustomFields: [
    { Name: "Field1", Label: "Allergies" },
    { Name: "Field2", Label: "Pet’s name", IsRequired: true },
  ],
  RestaurantEmailMarketingOptInText: "News",
};
const optInNodes = (wording) => (wording ? [{ text: wording }] : []);

const rowsOf = (named = DEFAULT_FIELDS, { setup = SETUP, language = "en" } = {}) =>
  chosenRows({ rows: fieldsOf(setup), setup, named, language, optInNodes });

/** The form of these fields: its `fields` by their names, and its `html`. */
function formOf(named, { setup = SETUP, language = "en", country = "GB", languages = [], isNamed = true } = {}) {
  const likely = likelyRegions(country, languages);
  const fields = new Map();
  const nodes = layout({
    element,
    words: en,
    setup,
    rows: rowsOf(named, { setup, language }),
    prefix: "diner",
    countryOptions: isNamed
      ? (row) => countries({ element, row, words: en, regions: namedRegions(language), likely })
      : undefined,
    likely,
    optInNodes,
    onField: (field) => fields.set(field.row.name, field),
  });
  return { fields, html: nodes.join("") };
}

const optionsOf = ({ control }) => control.options;

describe("the countries", () => {
  for (const [text, region] of [
    ["GB", "GB"],
    ["gb", "GB"],
    [" gb ", "GB"],
    ["UK", "GB"],
    ["uk", "GB"],
    ["826", "GB"],
    ["en-GB", "GB"],
    ["en_GB", "GB"],
    ["zh-Hant-TW", "TW"],
    ["en-u-ca-buddhist", undefined],
    ["en-001", undefined],
    ["de", "DE"],
    ["xx", undefined],
    ["AQ", undefined],
    ["Atlantis", undefined],
    ["", undefined],
    ["G", undefined],
    ["x".repeat(10_000), undefined],
  ]) {
    it(`are named by a region in any case: ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.equal(regionOf(text)?.region, region));
  }

  for (const [text, language, region] of [
    ["United Kingdom", "en", "GB"],
    [" united  kingdom", "en", "GB"],
    ["Royaume-Uni", "fr", "GB"],
    ["royaume uni", "fr", "GB"],
    ["United Kingdom", "fr", "GB"],
    ["Royaume-Uni", "en", undefined],
    ["Cote d'Ivoire", "en", "CI"],
    ["Osterreich", "de", "AT"],
    ["المملكة المتحدة", "ar", "GB"],
    ["英国", "zh-Hans", "GB"],
    ["Chad", "en", "TD"],
    ["Guinea-Bissau", "en", "GW"],
    ["Timor-Leste", "en", "TL"],
    ["uk", "de", "GB"],
    // No table of these is loaded, and the first two letters of a code may be another country's.
    ["GBR", "en", undefined],
    ["AUT", "en", undefined],
    ["Antarctica", "en", undefined],
    ["…", "en", undefined],
    ["", "en", undefined],
    ["United Kingdom".padEnd(10_000), "en", undefined],
  ]) {
    it(`are named by a page of ${language}: ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.equal(regionNamed(text, language)?.region, region));
  }

  it("have a code each that selects the main one of those that share it", () => {
    const values = regions().map(({ value }) => value);
    assert.equal(new Set(values).size, values.length);
    for (const [code, main] of [
      ["+44", "GB"],
      ["+1", "US"],
      ["+7", "RU"],
      ["+39", "IT"],
      ["+47", "NO"],
      ["+61", "AU"],
      ["+212", "MA"],
      ["+262", "RE"],
      ["+358", "FI"],
      ["+590", "GP"],
      ["+599", "CW"],
    ]) {
      assert.equal(regions().find(({ value }) => value === code).region, main, code);
      const others = regions().filter(({ value }) => value.startsWith(`${code} `));
      assert.ok(others.length > 0, code);
      for (const { region, value } of others) assert.equal(value, `${code} ${region}`);
    }
  });

  it("that are likely come first, each once, and the others in the order of the language", () => {
    const { fields } = formOf("Mobile", {
      language: "de",
      country: "uk",
      languages: ["sv", "de-AT", "en-GB", "de_DE"],
    });
    const { control } = fields.get("MobileCountryCode");
    assert.deepEqual(
      control.childNodes.slice(0, 5).map((node) => node.textContent),
      ["Choose…", "Vereinigtes Königreich (+44)", "Österreich (+43)", "Deutschland (+49)", ""],
    );
    assert.equal(control.childNodes[4].tag, "hr");
    const options = optionsOf({ control });
    assert.equal(options.length, regions().length + 1);
    assert.equal(new Set(options.map(({ value }) => value)).size, options.length);
    const names = options.slice(4).map((option) => option.textContent);
    assert.deepEqual(names, names.toSorted(new Intl.Collator("de").compare));
  });

  it("are a plain list where nobody knows which is likely, and none is chosen", () => {
    const { fields } = formOf("Mobile", { country: "Atlantis", languages: ["sv"] });
    const field = fields.get("MobileCountryCode");
    assert.equal(field.control.childNodes[1].tag, "option");
    assert.deepEqual([field.value, field.kept, field.initial], ["", "", ""]);
  });
});

describe("a calling code", () => {
  const codeOf = (country) => formOf("Mobile", { country }).fields.get("MobileCountryCode");

  it("is that of the likeliest country at first", () => {
    const field = codeOf("gg");
    assert.deepEqual([field.value, field.kept, field.initial], ["+44", "+44 GG", "+44 GG"]);
  });

  for (const [first, value, kept] of [
    // The country that was chosen stays if it has the code.
    ["GG", "+44", "+44 GG"],
    ["GG", 44, "+44 GG"],
    ["CA", "+1", "+1 CA"],
    ["GB", "44", "+44"],
    // Otherwise it is the main one.
    ["US", "+44", "+44"],
    ["US", 44, "+44"],
    ["DE", "0044", "+44"],
    ["DE", "+1", "+1"],
    ["Atlantis", "+599", "+599"],
    // One country is another one than the main one, and none is none.
    ["GB", "+44 GG", "+44 GG"],
    ["GB", "", ""],
    // What is no country's is refused by the rules, and not lost.
    ["GB", "+999", "+999"],
  ]) {
    it(`follows ${JSON.stringify(value)} from ${first} to ${JSON.stringify(kept)}`, () => {
      const field = codeOf(first);
      field.value = value;
      assert.equal(field.kept, kept);
      assert.equal(field.value, kept.split(" ")[0]);
    });
  }

  it("comes back with its country, whichever was likely meanwhile", () => {
    for (const kept of ["+44", "+44 GG", ""]) {
      const field = codeOf("IM");
      field.kept = kept;
      assert.equal(field.kept, kept);
    }
  });

  it("keeps its country while its list is filled", () => {
    const { fields } = formOf("Mobile", { isNamed: false });
    const field = fields.get("MobileCountryCode");
    assert.deepEqual(
      optionsOf(field).map(({ value }) => value),
      ["", "+44"],
    );
    field.kept = "+44 JE";
    assert.equal(field.value, "+44");
    const about = { element, fields: fields.values(), words: en, language: "en", likely: [] };
    nameCountries(about);
    assert.equal(field.kept, "+44 JE");
    assert.equal(optionsOf(field).length, regions().length + 1);
  });

  /** A form whose lists get the names of the countries now, on a page of this country. */
  function namedForm(fields, { language = "en", country = null, likely = likelyRegions("FR", []) } = {}) {
    const form = formOf(fields, { isNamed: false, language, country: "FR" });
    const name = () => nameCountries({ element, fields: form.fields.values(), words: en, language, country, likely });
    return { name, field: (each) => form.fields.get(each) };
  }

  it("takes a country as the page's records have it, before and after the list is there", () => {
    for (const [given, kept, address] of [
      ["GB", "+44", "United Kingdom"],
      ["uk", "+44", "United Kingdom"],
      ["United Kingdom", "+44", "United Kingdom"],
      ["Vereinigtes Königreich", "+44", "United Kingdom"],
      ["Jersey", "+44 JE", "Jersey"],
      // What names no country stays as it is, for the rules to refuse and for the guest to see.
      ["Atlantis", "Atlantis", "Atlantis"],
      ["+999", "+999", "+999"],
      ["", "", ""],
    ]) {
      for (const isBefore of [true, false]) {
        const { field, name } = namedForm("Mobile Address", { language: "de" });
        if (!isBefore) name();
        field("MobileCountryCode").value = given;
        field("Address.Country").value = given;
        if (isBefore) name();
        assert.equal(field("MobileCountryCode").kept, kept, given);
        assert.equal(field("Address.Country").kept, address, given);
      }
    }
  });

  it("begins with the country that the page names, unless another is chosen", () => {
    const about = { country: "Deutschland", language: "de" };
    const { field, name } = namedForm("Mobile", about);
    assert.equal(field("MobileCountryCode").kept, "+33");
    name();
    assert.equal(field("MobileCountryCode").kept, "+49");
    assert.equal(field("MobileCountryCode").initial, "+49", "nobody has chosen it");
    assert.deepEqual(
      optionsOf(field("MobileCountryCode"))
        .slice(1, 3)
        .map(({ textContent }) => textContent),
      ["Deutschland (+49)", "Frankreich (+33)"],
    );
    const other = namedForm("Mobile", about);
    other.field("MobileCountryCode").value = "+44";
    other.name();
    assert.equal(other.field("MobileCountryCode").kept, "+44");
  });

  it("makes a group with its number, and has a name of its own", () => {
    const { fields, html } = formOf("Mobile Phone");
    for (const [name, number] of [
      ["MobileCountryCode", "Mobile number"],
      ["PhoneCountryCode", "Landline number"],
    ]) {
      assert.equal(fields.get(name).name, `Country code (${number})`);
      assert.ok(html.includes(`role="group"><div class="diner-field diner-callingCode"><label for="diner-${name}">`));
      assert.match(
        html,
        new RegExp(`>Country code</label><select id="diner-${name}"[^>]* aria-label="Country code \\(`),
      );
    }
  });
});

describe("the order of the fields", () => {
  const namesOf = (...form) => rowsOf(...form).map(({ name }) => name);

  it("begins with the name, and ends with what only the Setup brings", () => {
    assert.deepEqual(namesOf(`${DEFAULT_FIELDS} Address`), [
      "FirstName",
      "Surname",
      "Email",
      "MobileCountryCode",
      "Mobile",
      ...["House", "Street", "Town", "CountyRegion", "Country", "Postcode"].map((part) => `Address.${part}`),
      "Title",
      "Field1",
      "Field2",
      "ReceiveRestaurantEmailMarketing",
    ]);
  });

  it("is the same with and without the Setup", () => {
    const named = `${DEFAULT_FIELDS} Address Birthday`;
    const before = namesOf(named, { setup: {} });
    assert.deepEqual(namesOf(named).slice(0, before.length), before);
  });

  for (const [language, first] of [
    ["ja", "Surname"],
    ["zh-Hans", "Surname"],
    ["zh-TW", "Surname"],
    ["yue", "Surname"],
    ["ko", "Surname"],
    ["hu", "Surname"],
    ["vi", "Surname"],
    ["en", "FirstName"],
    ["de", "FirstName"],
    ["kok", "FirstName"],
  ]) {
    it(`begins in ${language} with ${first}`, () => assert.equal(namesOf(DEFAULT_FIELDS, { language })[0], first));
  }

  it("is that of the nodes, with the two names side by side", () => {
    const { fields, html } = formOf(DEFAULT_FIELDS, { language: "ja" });
    assert.deepEqual([...fields.keys()], namesOf(DEFAULT_FIELDS, { language: "ja" }));
    assert.match(html, /^<div class="diner-pair"><div class="diner-field diner-text"><label for="diner-Surname">/);
  });
});

describe("the marks of the fields", () => {
  it("say of each field that may be left out that it may, and of no other", () => {
    const { html } = formOf(`${DEFAULT_FIELDS} Phone Birthday IsDrinkingAge Address`);
    const marked = [...html.matchAll(/<(?:label|summary)[^>]*>([^<]*) <span class="diner-mark">optional</g)];
    assert.deepEqual(
      marked.map(([, label]) => label),
      ["First name", "Birthday", "Address", "Title", "Allergies"],
    );
    assert.equal(html.match(/diner-mark/g).length, marked.length);
  });

  it("leave it to the hint that one of two numbers is needed", () => {
    const { html } = formOf("Mobile Phone");
    assert.equal(html.split(en.eitherPhone).length, 3);
    assert.match(formOf("Mobile").html, /id="diner-Mobile"[^>]* required/);
  });

  it("ask for a title without a word that reads as one", () => {
    const { fields } = formOf("Title");
    const [first, ...others] = optionsOf(fields.get("Title"));
    assert.deepEqual([first.value, first.textContent], ["", "Choose…"]);
    assert.deepEqual(
      others.map(({ value }) => value),
      SETUP.Titles,
    );
  });
});

describe("the country of the address", () => {
  const countryOf = (language) => formOf("Address", { language, country: "at" }).fields.get("Address.Country");

  it("is chosen from a list in the page's language, and sent by its English name", () => {
    const field = countryOf("de");
    assert.deepEqual([field.value, field.initial], ["", ""], "nobody is from anywhere before they say so");
    const [choose, austria] = optionsOf(field);
    assert.equal(choose.value, "");
    assert.deepEqual([austria.value, austria.textContent], ["Austria", "Österreich"]);
  });

  it("takes a text that the list does not have", () => {
    const field = countryOf("en");
    field.value = "Yugoslavia";
    assert.equal(field.value, "Yugoslavia");
    field.value = "Austria";
    assert.equal(field.value, "Austria");
  });
});
