/**
 * For whoever changes a page that the gateway draws: what its guests read, where it leads, and that it holds nothing but
 * text. Environment: TARBALL.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, it } from "node:test";
import { HOST, importPacked, MICROSITE, openGateway, pageUrl } from "../support/gateway.mjs";
import { Project } from "../support/project.mjs";
import pageWords from "../../www/widget/pages/all.js";

const NAME = `Oak & "Salt" <i>`;
const WORDING = "Hear from <strong>Oak & Salt</strong>: <a href='https://oak.example/p'>policy</a> – Grüße";
const SETUP = { Name: NAME, CustomFields: [], GroupEmailMarketingOptInText: WORDING };
const KEYS = { capabilityKeys: [{ id: "k", secret: "a-key-of-at-least-thirty-two-bytes" }] };
const PAGES = {
  site: "https://oak.example/?a=1&b=2",
  privacy: "https://oak.example/privacy",
  accent: "#7a3b1d",
  onAccent: "#fff",
  text: "#221d19",
  surface: "#fdf8f0",
};

const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const filled = (text) => escaped(text.replaceAll("{restaurant}", NAME));

const project = await Project.install();

describe("the gateway's pages", () => {
  let packed;
  before(async () => {
    packed = await importPacked(project);
  });

  const open = (options) =>
    openGateway(packed, SETUP, { ...KEYS, answer: () => new Response(null, { status: 204 }), ...options });

  /** Goes to a page as a browser does; checks what holds for every page. */
  async function visit(gateway, url, { method = "GET", headers, body } = {}) {
    const answer = await gateway.fetch(new Request(url, { method, headers, body }));
    const html = await answer.text();
    assert.match(answer.headers.get("content-type"), /^text\/html/);
    assert.equal(html.match(/<h1/g)?.length, 1);
    assert.doesNotMatch(html, /<script|<link|<img|<i>|javascript:/);
    const [, style] = /<style>(.*)<\/style>/s.exec(html);
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = answer.headers.get("content-security-policy");
    assert.ok(policy.startsWith(`default-src 'none'; style-src 'sha256-${hash}';`), policy);
    return { status: answer.status, html, style, headers: answer.headers };
  }

  let customers = 0;

  /** The link in an e-mail to a customer of its own, after the gateway has seen the restaurant's Setup. */
  async function linkOf(gateway, query = "") {
    await gateway.fetch(new Request(pageUrl("Customers/Setup")));
    return gateway.unsubscribeLink({ microsite: MICROSITE, id: (customers += 1) }) + query;
  }

  it("unsubscribe in the guest's language", async () => {
    const gateway = await open();
    assert.deepEqual(Object.keys(pageWords).sort(), Object.keys(packed.locales).sort());
    for (const [tag, words] of Object.entries(pageWords)) {
      const link = await linkOf(gateway, `&lang=${tag}`);
      const asked = await visit(gateway, link);
      assert.equal(asked.status, 200);
      assert.ok(asked.html.includes(`<html lang="${tag}" dir="${tag === "ar" ? "rtl" : "ltr"}">`), tag);
      assert.ok(asked.html.includes(`<title>${filled(`${words.askTitle} – ${NAME}`)}</title>`), tag);
      assert.ok(asked.html.includes(`<p>${filled(words.askText)}</p>`), tag);
      assert.ok(
        asked.html.includes(`<form method="post"><button class="diner-button">${escaped(words.askButton)}<`),
        tag,
      );
      assert.equal(asked.headers.get("referrer-policy"), "no-referrer");

      const done = await visit(gateway, link, { method: "POST", body: "List-Unsubscribe=One-Click" });
      assert.deepEqual([done.status, done.html.includes(`<p>${filled(words.doneText)}</p>`)], [200, true], tag);
      assert.ok(!done.html.includes("<button"), tag);

      const lost = await visit(gateway, pageUrl(`unsubscribe?token=x&lang=${tag}`));
      assert.deepEqual([lost.status, lost.html.includes(escaped(words.voidText))], [403, true], tag);

      const nowhere = await visit(gateway, pageUrl(`form?lang=${tag}`, "nowhere"));
      assert.deepEqual([nowhere.status, nowhere.html.includes(escaped(words.missingText))], [404, true], tag);
    }
  });

  it("say in the guest's language what could not be done", async () => {
    const gateway = await open({
      answer: (request) => new Response(null, { status: request.url.includes("Setup") ? 200 : 500 }),
    });
    for (const [tag, words] of Object.entries(pageWords)) {
      const failed = await visit(gateway, await linkOf(gateway, `&lang=${tag}`), { method: "POST" });
      assert.deepEqual([failed.status, failed.html.includes(escaped(words.failedText))], [502, true], tag);
    }
    for (const [tag, words] of Object.entries(pageWords)) {
      const limited = await open({ clientAddress: () => "192.0.2.1", perAddress: 10 });
      let page;
      for (let asked = 0; asked < 11; asked += 1)
        page = await visit(limited, pageUrl(`unsubscribe?token=x&lang=${tag}`));
      assert.deepEqual([page.status, page.html.includes(escaped(words.busyText))], [429, true], tag);
    }
  });

  it("follow the browser's languages, and are in English without a language of theirs", async () => {
    const gateway = await open();
    for (const [accepted, tag] of [
      ["sv-SE,sv;q=0.9,en;q=0.8", "sv"],
      ["nn", "nb"],
      ["xx, de;q=0.1", "de"],
      ["xx", "en"],
      ["", "en"],
    ]) {
      const { html } = await visit(gateway, await linkOf(gateway), { headers: { "Accept-Language": accepted } });
      assert.ok(html.includes(`<html lang="${tag}"`) && html.includes(filled(pageWords[tag].askText)), accepted);
    }
    const english = await open({ locales: {} });
    const { html } = await visit(english, await linkOf(english, "&lang=de"));
    assert.ok(html.includes(`<html lang="en"`) && html.includes(filled(pageWords.en.askText)));
  });

  it("have words of an operator's own language, and English for those that it lacks", async () => {
    const fi = { ...packed.locales.en, language: "fi", pages: { askTitle: "Peruuta" } };
    const gateway = await open({ locales: { fi } });
    const { html } = await visit(gateway, await linkOf(gateway, "&lang=fi"));
    assert.ok(html.includes(`<html lang="fi"`) && html.includes("<h1>Peruuta</h1>"), html);
    assert.ok(html.includes(filled(pageWords.en.askText)));
  });

  it("have the operator's own words on the page of a link, in their one language", async () => {
    for (const [words, lang, title, text] of [
      [{ lang: "de", askTitle: "Schluss" }, "de", "Schluss", pageWords.de.askText],
      [{ askTitle: "Enough?" }, "en", "Enough?", pageWords.en.askText],
      [{ lang: '"><i>', askTitle: "<b>" }, "&#34;&#62;&#60;i&#62;", "&#60;b&#62;", pageWords.en.askText],
    ]) {
      const gateway = await open({ words });
      const { html } = await visit(gateway, await linkOf(gateway, "&lang=fr"));
      assert.ok(html.includes(`<html lang="${lang}"`) && html.includes(`<h1>${title}</h1>`), html);
      assert.ok(html.includes(filled(text)));
      // The form's words are not the link's.
      const form = await visit(gateway, pageUrl("form?lang=fr"));
      assert.ok(form.html.includes(`<html lang="fr"`));
    }
  });

  it("lead to the restaurant's site and its privacy notice, in its colours", async () => {
    const gateway = await open({ pages: { [MICROSITE]: PAGES } });
    const posted = { method: "POST", headers: { Origin: HOST }, body: new URLSearchParams({ Surname: "Lee" }) };
    const back = `<a href="${escaped(PAGES.site)}">${pageWords.en.back}</a>`;
    const privacy = `<a href="${PAGES.privacy}">${packed.locales.en.privacy}</a>`;
    for (const [what, page] of [
      ["the form", await visit(gateway, pageUrl("form"))],
      ["the form, refused", await visit(gateway, pageUrl("form"), posted)],
      ["what could not be taken", await visit(gateway, pageUrl("form"), { ...posted, headers: {} })],
      ["the question", await visit(gateway, await linkOf(gateway))],
      ["the answer", await visit(gateway, await linkOf(gateway), { method: "POST" })],
      ["a link that is void", await visit(gateway, pageUrl("unsubscribe?token=x"))],
    ]) {
      assert.equal(page.html.split(back).length, 2, what);
      assert.equal(page.html.split(privacy).length, 2, what);
      for (const [name, colour] of [
        ["accent", PAGES.accent],
        ["on-accent", PAGES.onAccent],
        ["text", PAGES.text],
        ["surface", PAGES.surface],
      ]) {
        assert.ok(page.style.includes(`--diner-${name}:${colour};`), what);
      }
    }
    const plain = await visit(await open(), pageUrl("form"));
    assert.doesNotMatch(plain.html, /<footer/);
    assert.doesNotMatch(plain.style, /:root\{--diner/);
  });

  /** The form's pages, one after the other, at the address with this query. */
  async function pagesOfForm(query, options) {
    const created = [];
    const gateway = await open({
      pages: { [MICROSITE]: PAGES },
      answer: async (request) => {
        const text = await request.text();
        created.push(`${request.url} ${text}`);
        return Response.json({ ...JSON.parse(text), Id: 7 });
      },
      ...options,
    });
    const url = pageUrl(`form${query}`);
    const post = (headers, fields) =>
      visit(gateway, url, {
        method: "POST",
        headers: { Origin: HOST, ...headers },
        body: new URLSearchParams({ "Idempotency-Key": crypto.randomUUID(), ...fields }),
      });
    const lee = { Surname: "Lee", Email: "a@b.example", MobileCountryCode: "+44", Mobile: "07700 900123" };
    const shown = {
      form: await visit(gateway, url),
      refused: await post({}, { Surname: "" }),
      thanks: await post({}, lee),
      notTaken: await post({ Origin: "https://evil.example" }, lee),
    };
    return { shown, created };
  }

  it("keep date, time and party of the link on every page of the form, and send them to nobody else", async () => {
    const query = "?date=2026-12-24&time=19:30&party=2";
    for (const [lang, text] of [
      ["de", "Donnerstag, 24. Dezember 2026 um 19:30 · 2 Gäste"],
      ["ar", "24 ديسمبر 2026"],
      ["ar", "ضيفان"],
      ["pl", "2 osoby"],
    ]) {
      const { shown, created } = await pagesOfForm(`${query}&lang=${lang}`);
      const site = "https://oak.example/?a=1&b=2&date=2026-12-24&time=19%3A30&party=2";
      for (const [what, { html, style }] of Object.entries(shown)) {
        assert.ok(html.includes(text), `${what} ${html}`);
        assert.ok(html.includes(`<a href="${escaped(site)}">${pageWords[lang].back}</a>`), `${what} ${html}`);
        assert.ok(html.includes(escaped(NAME)) && html.includes(`<a href="${PAGES.privacy}">`), what);
        assert.ok(style.includes(`--diner-accent:${PAGES.accent};`), what);
      }
      assert.deepEqual(
        Object.values(shown).map(({ status }) => status),
        [200, 400, 200, 403],
      );
      assert.equal(created.length, 1, String(created));
      assert.doesNotMatch(created[0], /2026-12-24|19:30|party/);
    }
  });

  it("keep name, colours, privacy notice and way back where the form cannot be loaded", async () => {
    const gateway = await open({ pages: { [MICROSITE]: PAGES }, clientAddress: () => "192.0.2.1", perAddress: 10 });
    for (let asked = 0; asked < 10; asked += 1) await visit(gateway, pageUrl("form"));
    const { status, html, style } = await visit(gateway, pageUrl("form?party=3"));
    assert.equal(status, 429);
    assert.ok(
      html.includes(escaped(NAME)) && html.includes("3 guests") && html.includes(`<a href="${PAGES.privacy}">`),
    );
    assert.ok(html.includes(`<a href="${escaped(`${PAGES.site}&party=3`)}">`) && style.includes(PAGES.accent));
    // The way to try again keeps the query.
    assert.ok(html.includes('<a href="?party=3">'), html);
  });

  for (const [query, text] of [
    ["date=2026-02-30&party=1", "1 guest"],
    ["time=25:00&party=2", "2 guests"],
    ["party=0&date=2026-12-24", "Thursday, December 24, 2026"],
    ["party=10000&date=2024-02-29", "Thursday, February 29, 2024"],
    ["date=2026-12-24&date=2026-12-25&party=2", "2 guests"],
    ["date=%3Cscript%3E&time=19:30", "7:30"],
    [`date=${"2".repeat(8000)}&party=1234`, "1,234 guests"],
    ["party=2e1&time=1:00", undefined],
    ["party=%D9%A2", undefined],
  ]) {
    it(`leave out what is no date, time or party: ${query.slice(0, 50)}`, async () => {
      const { html, status } = await visit(await open({ pages: { [MICROSITE]: PAGES } }), pageUrl(`form?${query}`));
      const [, found] = /<\/h1><p>([^<]*)<\/p>/.exec(html) ?? [];
      assert.equal(status, 200);
      assert.equal(found?.startsWith(text), text && true, found);
      assert.ok(!found || /^[\w:,\s]*$/.test(found), found);
    });
  }

  it("post a consent by the digest that its receipt has", async () => {
    const { html } = await visit(await open(), pageUrl("form"));
    const [, digest] = /name="ReceiveEmailMarketing"[^>]* value="([^"]*)"/.exec(html) ?? [];
    const request = { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: WORDING };
    const [receipt] = await packed.consentReceipts(request, { locale: "en" });
    assert.match(digest, /^sha-256:[0-9a-f]{64}$/);
    assert.equal(digest, receipt.wordingHash);
  });
});
