/** For whoever changes the widget with `dates="parts"`: the three fields of a date, and the one value that they make. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { partsOrder } from "../../pkg/lib/calendar.js";
import { dateOf, dateParts } from "../../www/widget/date-parts.js";
import { element } from "../../www/widget/html.js";

const ROW = { name: "Birthday", html: { autocomplete: "bday" } };
const groupOf = (language, row = ROW) =>
  dateParts({ element, id: "diner-Birthday", row, language, wordsLanguage: language });

describe("the parts of a date", () => {
  for (const [language, order] of [
    ["en-GB", "day month year"],
    ["en-US", "month day year"],
    ["de", "day month year"],
    ["hu", "year month day"],
    ["ja", "year month day"],
    ["zh-Hans", "year month day"],
    ["ar", "day month year"],
    ["ja-JP-u-ca-japanese", "year month day"],
    ["th", "day month year"],
  ]) {
    it(`stand in the order of ${language}`, () => assert.equal(partsOrder(language).join(" "), order));
  }

  for (const [parts, date] of [
    [["", "", ""], ""],
    [[" ", "", ""], ""],
    [["\u200b", "\u3164", " \ufeff"], ""],
    [["\u200e1990", "\u200f5\u200e", "\u20681\u2069"], "1990-05-01"],
    [["1990", "5", "1"], "1990-05-01"],
    [["1990", "12", "31"], "1990-12-31"],
    [[" 1990 ", "05 ", "01"], "1990-05-01"],
    [["١٩٩٠", "٥", "١"], "1990-05-01"],
    [["۱۹۹۰", "۱۲", "۳۱"], "1990-12-31"],
    [["１９９０", "５", "１"], "1990-05-01"],
    // No date yet: the rules say so.
    [["1990", "", ""], "1990--"],
    [["", "5", ""], "-05-"],
    [["07", "5", "1"], "07-05-01"],
    [["9", "5", "1"], "9-05-01"],
    // A year that can't be of this century. Where the year comes first, it can be that of an era.
    [["90", "5", "1"], "1990-05-01"],
    [["９０", "5", "1"], "1990-05-01"],
    [["60", "5", "3", true], "60-05-03"],
    [["1990", "May", "1"], "1990-May-01"],
  ]) {
    it(`make ${JSON.stringify(date)} of ${JSON.stringify(parts)}`, () => assert.equal(dateOf(...parts), date));
  }

  it("come back as they were typed", () => {
    for (const date of ["1990-05-01", "1990--", "-05-", "", "07-12-31"]) {
      const group = groupOf("en-GB");
      group.value = date;
      assert.equal(group.value, date);
    }
  });

  it("have names in the form's language, and the tokens that browsers fill", () => {
    const html = String(groupOf("de"));
    for (const [part, name] of [
      ["day", "Tag"],
      ["month", "Monat"],
      ["year", "Jahr"],
    ]) {
      assert.ok(html.includes(`<label for="diner-Birthday-${part}">${name}</label>`), html);
      assert.match(html, new RegExp(`id="diner-Birthday-${part}"[^>]* autocomplete="bday-${part}"`));
    }
    assert.ok(String(groupOf("fr")).includes(">Année<"));
    const anniversary = { name: "Anniversary", html: { autocomplete: null } };
    assert.doesNotMatch(String(groupOf("en", anniversary)), /autocomplete/);
  });
});
