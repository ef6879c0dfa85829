/**
 * For whoever changes what is read from a field: what people really type, paste and have filled in, in the widget and on
 * the gateway's page without JavaScript. What is sent arrives in the database as a person would have meant it, and what
 * is refused is named by its reason, in the page's language. The browser changes some values itself (`type=email` loses
 * line breaks, and its domain becomes ASCII), so that only a browser shows what arrives.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import locales from "../../pkg/lib/locales.js";
import { message } from "../../www/widget/message.js";
import { withPage } from "../support/browser.mjs";
import { stored } from "../support/sandbox.mjs";
import { send as sendForm, SUITE_MS, reload, useForm } from "../support/widget.mjs";

const FIELDS = "FirstName Surname Company Email Mobile";
/** Every field of a guest that the tests below do not try. */
const GUEST = { FirstName: "Ann", Surname: "Lee", Email: "ann@example.com", Mobile: "07400 123456" };
const RECORD = {
  FirstName: "Ann",
  Surname: "Lee",
  Email: "ann@example.com",
  MobileCountryCode: 44,
  Mobile: "7400123456",
};

/** What is sent: the fields as they come, and what of them the database must hold. One customer each. */
const SENT = [
  {
    what: "isolates around a name from a chat, a tab and a line separator in it, and blanks around an address",
    typed: {
      FirstName: "\u2068Zo\u00eb\u2069",
      Surname: "van\tden\u2028Berg ",
      Company: "\u202aOak & Salt\u202c",
      Email: "\u200b\u00a0zoe@example.com\ufeff\u2009",
      Mobile: "\u202a+44 7400 123456\u202c",
    },
    record: { FirstName: "Zo\u00eb", Surname: "van den Berg", Company: "Oak & Salt", Email: "zoe@example.com" },
  },
  {
    what: "the wide letters of an East Asian keyboard in an address and a number, and a name's own ideograph",
    typed: {
      FirstName: "\ufa19\u3000\u3042",
      Surname: "\ufa11",
      Email: "\uff5a\uff4f\uff45\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff43\uff4f\uff4d",
      Mobile: "\uff10\uff17\uff14\uff10\uff10\u3000\uff11\uff12\uff13\uff14\uff15\uff16",
    },
    record: { FirstName: "\ufa19\u3000\u3042", Surname: "\ufa11", Email: "zoe@example.com" },
  },
  {
    what: "an address with its name, marks of direction around Persian with its joiner, and a number's dots",
    typed: {
      FirstName: "\u200f\u0639\u0644\u06cc\u200c\u0631\u0636\u0627\u200e",
      Email: "Ann Lee <ann@example.com>",
      Mobile: "07400\u00b7123\u00b7456",
    },
    record: { FirstName: "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627" },
  },
  {
    what: "a link to an address, and a number with a picture's selector",
    typed: { Email: "mailto:ann@example.com", Mobile: "0\ufe0f7\ufe0f400 123456" },
    record: {},
  },
  {
    what: "the end of a sentence behind an address",
    typed: { Email: "ann@example.com." },
    record: {},
  },
];

/** What is refused, by field: what comes, the code of the reason, and its parameters. */
const REFUSED = {
  Surname: [
    ["\u3164", "required"],
    ["\u115f\u1160", "required"],
    ["\u200e\u200f", "required"],
    ["\u2800", "required"],
    ["\u00ad\u2060\u034f\ufe0f", "required"],
  ],
  Email: [
    ["ann@example,com", "email_mistyped", { suggestion: "ann@example.com" }],
    ["ann@@example.com", "email_mistyped", { suggestion: "ann@example.com" }],
    ["ann example.com", "email_mistyped", { suggestion: "ann@example.com" }],
    ["ann@example..com", "email_mistyped", { suggestion: "ann@example.com" }],
    ["ann", "email_at_missing"],
    ["ann@example.com, bob@example.com", "email_two_addresses"],
    ["zo\u00eb@example.com", "email_letters"],
    ["ann@", "email_invalid"],
  ],
  Mobile: [
    ["07400 12345O", "phone_letters"],
    ["call me", "phone_letters"],
    ["+999 123456", "calling_code_unknown"],
    ["020 7946 0000 ext 12", "phone_extension"],
    ["07400 123456 x12", "phone_extension"],
    ["07400 123456 / 07400 123457", "phone_two_numbers"],
    ["074", "phone_too_short"],
    ["07400 123456 789", "phone_too_long"],
  ],
};

/** The rows of REFUSED, as forms that have one of each field. */
const SHEETS = Array.from({ length: Math.max(...Object.values(REFUSED).map(({ length }) => length)) }, (_, index) =>
  Object.entries(REFUSED).map(([field, rows]) => [field, ...rows[index % rows.length]]),
);

const textOf = (language, field, code, params = {}) => message({ code, path: [field], params }, locales[language]);

describe("what people type and paste", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();

  const formUrl = (query) =>
    new URL(`/api/ConsumerApi/v1/Restaurant/oak-and-salt/form?${new URLSearchParams(query)}`, site.url).href;
  const errorAt = (page, field) => page.locator(`[id$="-${field}-error"]`);
  const lastRecord = async () => (await stored(site.db)).at(-1).record;

  /** Pastes a text into a field in place of what it holds. */
  async function paste(page, field, text) {
    const control = page.locator(`[name="${field}"]`);
    await control.focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(text);
  }

  /** Checks that the last customer is the guest, with what `record` has instead. */
  async function assertStored(record, what) {
    const found = await lastRecord();
    for (const [name, value] of Object.entries({ ...RECORD, ...record })) assert.equal(found[name], value, what);
  }

  describe("into the widget", () => {
    for (const { what, typed, record } of SENT) {
      it(`is sent as it is meant: ${what}`, () =>
        withForm(async (page) => {
          await reload(page, { fields: FIELDS, country: "GB" });
          for (const [field, text] of Object.entries({ ...GUEST, ...typed })) await paste(page, field, text);
          assert.equal((await sendForm(page)).type, "diner-created");
          await assertStored(record, what);
        }));
    }

    it("is refused by a message that fits, in each language", () =>
      withForm(async (page) => {
        for (const lang of ["en", "ar"]) {
          await reload(page, { fields: FIELDS, country: "GB", lang });
          for (const [field, text, code, params] of SHEETS.flat()) {
            await paste(page, field, text);
            await page.keyboard.press("Tab");
            assert.equal(
              await errorAt(page, field).innerText(),
              textOf(lang, field, code, params),
              `${lang}: ${JSON.stringify(text)}`,
            );
          }
        }
      }));

    it("becomes the address that was meant by one press", () =>
      withForm(async (page) => {
        for (const [text, code, params] of REFUSED.Email.filter(([, code]) => code === "email_mistyped")) {
          await paste(page, "Email", text);
          await page.keyboard.press("Tab");
          const button = page.getByRole("button", { name: params.suggestion });
          await button.focus();
          await page.keyboard.press("Enter");
          assert.equal(await page.locator("[name=Email]").inputValue(), params.suggestion, code);
          assert.equal(await errorAt(page, "Email").innerText(), "");
          assert.equal(await button.count(), 0);
        }
      }));

    it("is the same when the browser fills it in", () =>
      withForm(async (page) => {
        await reload(page, { fields: FIELDS, country: "GB" });
        const [{ typed, record }] = SENT;
        for (const [field, text] of Object.entries({ ...GUEST, ...typed })) {
          await page.locator(`[name="${field}"]`).fill(text);
        }
        assert.equal((await sendForm(page)).type, "diner-created");
        await assertStored(record);
      }));
  });

  describe("into the page without JavaScript", () => {
    /** Runs a test on a page without JavaScript; its posts may be refused. */
    const onPage = (test, options) =>
      withPage(site.browser, test, { javaScriptEnabled: false, expected: [/status of 400/], ...options });

    /** Posts the form by its button; returns the status of the page that answers. */
    async function post(page) {
      const [response] = await Promise.all([
        page.waitForResponse((response) => response.request().method() === "POST"),
        page.locator(".diner-button").click(),
      ]);
      await page.locator("[autofocus]").waitFor();
      return response.status();
    }

    for (const { what, typed, record } of SENT) {
      it(`is sent as it is meant: ${what}`, () =>
        onPage(async (page) => {
          await page.goto(formUrl({ fields: FIELDS, country: "GB", lang: "en" }));
          for (const [field, text] of Object.entries({ ...GUEST, ...typed })) await paste(page, field, text);
          assert.equal(await post(page), 200);
          await assertStored(record, what);
        }));
    }

    for (const lang of ["en", "de"]) {
      it(`is refused by a message that fits, in ${lang}`, () =>
        onPage(async (page) => {
          for (const rows of SHEETS) {
            await page.goto(formUrl({ fields: FIELDS, country: "GB", lang }));
            for (const [field, text] of rows) await paste(page, field, text);
            assert.equal(await post(page), 400);
            for (const [field, text, code, params] of rows) {
              assert.equal(
                await errorAt(page, field).innerText(),
                textOf(lang, field, code, params),
                `${lang}: ${JSON.stringify(text)}`,
              );
            }
          }
        }));
    }

    for (const [lang, typed, day] of [
      ["en", "31/12/1990", "1990-12-31"],
      ["en", "12/31/1990", "1990-12-31"],
      ["de", "31.12.1990", "1990-12-31"],
      ["de", "3.4.1990", "1990-04-03"],
      ["de", "31.12.90", "1990-12-31"],
      ["ja", "1990\u5e7412\u670831\u65e5", "1990-12-31"],
      ["ar", "\u0663\u0661/\u0661\u0662/\u0661\u0669\u0669\u0660", "1990-12-31"],
      ["en", "1990-12-31", "1990-12-31"],
    ]) {
      it(`is a birthday in a browser that has a text for a date, in ${lang}: ${typed}`, () =>
        onPage(async (page) => {
          await openTextDate(page, lang);
          for (const [field, text] of Object.entries({ ...GUEST, Birthday: typed })) await paste(page, field, text);
          assert.equal(await post(page), 200);
          await assertStored({ Birthday: `${day}T00:00:00.0000000` }, typed);
        }));
    }

    for (const [typed, first, second] of [
      ["3/4/1990", "1990-04-03", "1990-03-04"],
      ["1990-05-31T22:00:00.000Z", "1990-05-31", "1990-06-01"],
    ]) {
      it(`is no birthday where two days can be meant, and both are named: ${typed}`, () =>
        onPage(
          async (page) => {
            await openTextDate(page, "en");
            for (const [field, text] of Object.entries({ ...GUEST, Birthday: typed })) await paste(page, field, text);
            assert.equal(await post(page), 400);
            assert.equal(
              await errorAt(page, "Birthday").innerText(),
              textOf("en", "Birthday", "date_ambiguous", { first, second }),
            );
          },
          // This browser knows dates, so that the page that answers has a date's field again.
          { expected: [/status of 400/, /does not conform to the required format/] },
        ));
    }

    /** Opens the form in a browser that knows no dates: its field is a text. */
    async function openTextDate(page, lang) {
      await page.goto(formUrl({ fields: `${FIELDS} Birthday`, country: "GB", lang }));
      await page.locator("[name=Birthday]").evaluate((control) => control.setAttribute("type", "text"));
    }
  });
});
