/** For whoever changes the widget: which mistakes of a page the console names, and that it names the way out. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { blocked, failureToLoad, failureToSend, mistakesIn, mistakesInValue } from "../../www/widget/mistakes.js";

const KNOWN = ["microsite", "gateway", "fields", "country", "dates", "keep", "thanks", "theme", "readonly", "lang"];
const GATEWAY = { base: "https://booking.example/guests/", microsite: "oak-and-salt" };

describe("mistakes of a page", () => {
  for (const [what, attributes, expected] of [
    ["none in attributes that are right", { fields: "Surname, Email Address", country: "GB", thanks: "none" }, []],
    [
      "none in attributes of the page's own",
      { id: "x", class: "y", "data-fields": "", "aria-label": "z", title: "" },
      [],
    ],
    ["a missing microsite", { microsite: "" }, [/the attribute microsite/]],
    ["a name that is nearly an attribute's", { "micro-site": "oak" }, [/micro-site: did you mean microsite\?/]],
    [
      "each unknown field",
      { fields: "Surnam Emial" },
      [/Surnam: did you mean Surname\?/, /Emial: did you mean Email\?/],
    ],
    ["a country that is none", { country: "England" }, [/such as GB, or a country's name, and not England/]],
    ["a country by three letters", { country: "GBR" }, [/such as GB, or a country's name, and not GBR/]],
    ["none in a country's name", { country: "United Kingdom" }, []],
    [
      "a value that an attribute does not take",
      { thanks: "off", theme: "dark" },
      [/thanks takes none/, /soft, line, bold/],
    ],
  ]) {
    it(`are ${what}`, () => {
      const found = mistakesIn({ microsite: "oak-and-salt", ...attributes }, KNOWN);
      assert.equal(found.length, expected.length, found.join("\n"));
      expected.forEach((pattern, index) => assert.match(found[index], pattern));
    });
  }

  it("are names in a value that are no field of a guest, without what is under them", () => {
    const draft = { Surname: "Lee", ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: "News" };
    assert.deepEqual(mistakesInValue({ ...draft, Address: { Town: "Rye" } }), []);
    const found = mistakesInValue({ Emial: "planted-marker@example.com", IsVip: true, Address: { PostCode: "TN31" } });
    assert.deepEqual(found, [
      "value has no guest's field Emial: did you mean Email?",
      "value has no guest's field IsVip",
      "value has no guest's field Address.PostCode: did you mean Address.Postcode?",
    ]);
  });

  for (const [what, error, expected] of [
    ["a microsite that the gateway does not know", { code: "http", status: 404, message: "x" }, /option microsites/],
    [
      "a gateway that is not there",
      { code: "network", message: "Failed to fetch" },
      /the attribute gateway.*connect-src/,
    ],
    ["anything else", { code: "http", status: 500, message: "planted" }, /could not be loaded \(planted\)/],
  ]) {
    it(`are told of a failed load: ${what}`, () => assert.match(failureToLoad(error, GATEWAY), expected));
  }

  it("are told once of a form without a microsite", () => {
    assert.equal(failureToLoad(new TypeError("give microsite"), { ...GATEWAY, microsite: null }), undefined);
  });

  it("are told of a send only if the gateway does not take it from them", () => {
    const message = "This gateway does not answer pages of https://www.oak.example: add that to its option `origins`.";
    assert.equal(failureToSend({ status: 403, message }), `the form could not be sent (${message})`);
    for (const status of [400, 409, 429, 503, undefined]) assert.equal(failureToSend({ status, message }), undefined);
  });

  for (const [what, violation, expected] of [
    ["WebAssembly", { blockedURI: "wasm-eval", effectiveDirective: "script-src" }, /'wasm-unsafe-eval' to script-src/],
    [
      "a request to the gateway",
      { blockedURI: "https://booking.example/guests/api/x", effectiveDirective: "connect-src" },
      /add https:\/\/booking\.example to connect-src/,
    ],
    [
      "a script of the gateway",
      { blockedURI: "https://booking.example", effectiveDirective: "script-src-elem" },
      /to script-src$/,
    ],
    ["what is not the form's", { blockedURI: "https://booking.example.org/", effectiveDirective: "connect-src" }, /^$/],
    ["what is inline", { blockedURI: "inline", effectiveDirective: "script-src-elem" }, /^$/],
  ]) {
    it(`are policies that block: ${what}`, () => assert.match(blocked(violation, GATEWAY) ?? "", expected));
  }
});
