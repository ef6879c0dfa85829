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
    const gateway = open();
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
    const gateway = open({
      answer: (request) => new Response(null, { status: request.url.includes("Setup") ? 200 : 500 }),
    });
    for (const [tag, words] of Object.entries(pageWords)) {
      const failed = await visit(gateway, await linkOf(gateway, `&lang=${tag}`), { method: "POST" });
      assert.deepEqual([failed.status, failed.html.includes(escaped(words.failedText))], [502, true], tag);
    }
    for (const [tag, words] of Object.entries(pageWords)) {
      const limited = open({ clientAddress: () => "192.0.2.1", perAddress: 10 });
      let page;
      for (let asked = 0; asked < 11; asked += 1)
        page = await visit(limited, pageUrl(`unsubscribe?token=x&lang=${tag}`));
      assert.deepEqual([page.status, page.html.includes(escaped(words.busyText))], [429, true], tag);
    }
  });

  it("follow the browser's languages, and are in English without a language of theirs", async () => {
    const gateway = open();
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
    const english = open({ locales: {} });
    const { html } = await visit(english, await linkOf(english, "&lang=de"));
    assert.ok(html.includes(`<html lang="en"`) && html.includes(filled(pageWords.en.askText)));
  });

  it("have words of an operator's own language, and English for those that it lacks", async () => {
    const fi = { ...packed.locales.en, language: "fi", pages: { askTitle: "Peruuta" } };
    const gateway = open({ locales: { fi } });
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
      const gateway = open({ words });
      const { html } = await visit(gateway, await linkOf(gateway, "&lang=fr"));
      assert.ok(html.includes(`<html lang="${lang}"`) && html.includes(`<h1>${title}</h1>`), html);
      assert.ok(html.includes(filled(text)));
      // The form's words are not the link's.
      const form = await visit(gateway, pageUrl("form?lang=fr"));
      assert.ok(form.html.includes(`<html lang="fr"`));
    }
  });

  it("lead to the restaurant's site and its privacy notice, in its colours", async () => {
    const gateway = open({ pages: { [MICROSITE]: PAGES } });
    const posted = { method: "POST", headers: { Origin: HOST }, body: new URLSearchParams({ Surname: "Lee" }) };
    const back = `<a href="${escaped(PAGES.site)}">${pageWords.en.back}</a>`;
    const privacy = `<a href="${PAGES.privacy}">${pageWords.en.privacy}</a>`;
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
    const plain = await visit(open(), pageUrl("form"));
    assert.doesNotMatch(plain.html, /<footer/);
    assert.doesNotMatch(plain.style, /:root\{--diner/);
  });

  it("post a consent by the digest that its receipt has", async () => {
    const { html } = await visit(open(), pageUrl("form"));
    const [, digest] = /name="ReceiveEmailMarketing"[^>]* value="([^"]*)"/.exec(html) ?? [];
    const request = { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: WORDING };
    const [receipt] = await packed.consentReceipts(request, { locale: "en" });
    assert.match(digest, /^sha-256:[0-9a-f]{64}$/);
    assert.equal(digest, receipt.wordingHash);
  });
});
