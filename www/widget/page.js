/**
 * For the gateway: the pages that it draws, the form for browsers without JavaScript and the page of an unsubscribe link.
 * The gateway decides what a page shows (`src/gateway/page.rs`); fields, words and looks are the widget's, from the same
 * files. A page has no script and loads nothing.
 */
import widgetStyle from "dinerkit/widget.css";
import { likelyRegions } from "./calling-codes.js";
import { countries, namedRegions } from "./countries.js";
import { regionNamed } from "./country-names.js";
import { element } from "./html.js";
import { languageTag } from "./languages.js";
import {
  chosenRows,
  DEFAULT_FIELDS,
  fieldOf,
  layout,
  problemList,
  problemsTitle,
  issueText,
  thanksText,
} from "./layout.js";
import { fill } from "./message.js";
import { say } from "./say.js";
import { visitOf, visitText, withVisit } from "./pages/visit.js";
import { askedLanguages, Words } from "./pages/words.js";

export { askedLanguages };

/** The style of every page, before the operator's colours. The page's policy allows both by their hash, and no other. */
export const STYLE = `${widgetStyle}
:root{color-scheme:light dark}
body{background:var(--diner-surface,light-dark(#fff,#211d1a));color:var(--diner-text,light-dark(#221d19,#f1ebe4));
font:1rem/1.5 system-ui,sans-serif;margin:0}
main,footer{max-width:36rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.75rem;line-height:1.2;overflow-wrap:anywhere}
a{color:var(--diner-accent,inherit)}
footer a{display:inline-block;margin-inline-end:1.5rem;padding-block:.625rem}
:focus-visible{outline:3px solid;outline-offset:2px}
[tabindex="-1"]:focus{outline:none}`;

const PREFIX = "diner";
/** The hidden field by which the gateway knows that a form is sent a second time; `KEY_FIELD` there. */
const KEY_FIELD = "Idempotency-Key";
/** Scripts that run from right to left, also those of languages that only an operator's own locale can have. */
const RIGHT_TO_LEFT = ["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm"];
/** The pages that the form is on, or leads to. */
const OF_FORM = ["form", "thanks", "notLoaded", "notTaken"];

/**
 * Returns the function that makes the HTML of a page, of the facts that the gateway gives and of the request. `locales`
 * are those of `dinerkit/locales/*` besides English, by their tags; `rules` are `fields` and `optInNodes` of the package.
 */
export function pages(rules, locales = {}) {
  const known = new Words(locales);
  const regionsOf = new Map();
  const regions = (language) => {
    if (!regionsOf.has(language)) regionsOf.set(language, namedRegions(language));
    return regionsOf.get(language);
  };

  return (view, request) => {
    const { search, searchParams } = new URL(request.url);
    const tags = askedLanguages(request);
    const country = searchParams.get("country");
    // An operator's own words may be in a language that `Intl` does not take.
    const words = view.words ? known.replacedBy(view.words) : known.of(tags);
    return page(view, {
      ...rules,
      words,
      again: search || "?",
      visit: OF_FORM.includes(view.shows) ? visitOf(searchParams) : {},
      theme: searchParams.get("theme"),
      named: searchParams.get("fields") ?? DEFAULT_FIELDS,
      regions: () => regions(words.language),
      likely: likelyRegions(country && regionNamed(country, languageTag(words.language) ?? "en")?.region, tags),
    });
  };
}

/** The HTML of a page. `view` has its facts, `about` what the page is made with. */
function page(view, about) {
  const { words, again, visit } = about;
  const { shows, restaurant } = view;
  const name = restaurant ?? words.restaurant;
  const site = view.site && withVisit(view.site, visit);
  const draw = (title, ...nodes) => html({ ...view, site }, words, `${title} – ${name}`, ...nodes);
  const booked = visitText(visit, words);
  const booking = booked ? [element("p", null, booked)] : [];
  const tryAgain = (text) =>
    draw(text, heading(name), ...booking, element("p", null, text), element("a", { href: again }, words.retry));
  switch (shows) {
    case "form": {
      const { news, nodes } = form(view, about);
      return draw([...news, words.send].join(" "), heading(name), ...booking, ...nodes);
    }
    case "thanks":
      return draw(
        words.thanks,
        element("h1", START, words.thanks),
        element("p", null, thanksText({ Name: restaurant }, words)),
        ...booking,
      );
    case "notLoaded":
      return tryAgain(words.loadFailed);
    case "notTaken":
      return tryAgain(words.messages.refused);
    default: {
      const wordsOf = (part) => fill(words.pages[`${shows}${part}`], { restaurant: name });
      const nodes = [
        element("h1", shows === "ask" ? null : START, wordsOf("Title")),
        element("p", null, wordsOf("Text")),
      ];
      if (shows === "ask") nodes.push(button(wordsOf("Button")));
      return draw(wordsOf("Title"), ...nodes);
    }
  }
}

/** A form with nothing but its button. Without an action it is posted to the page's own address, which holds the token. */
const button = (text) =>
  element("diner-form", null, element("form", { method: "post" }, element("button", { class: "diner-button" }, text)));

/** The attributes of the element that has the focus once the page is loaded, which is what the page has to say. */
const START = { tabindex: "-1", autofocus: true };

const heading = (text) => element("h1", null, text);

/** The nodes of the form, and `news`: the texts that the page's title begins with. */
function form({ fields: names, issues, key, outcome, privacy, setup, today, values, wordingDigests }, about) {
  const { words } = about;
  const guests = about.fields(setup).filter(({ name }) => names.includes(name));
  // A field that the operator has added to the guest's is one of them here.
  const table = guests.map((row) => ({ ...row, writableBy: "guest" }));
  const fields = new Map();
  const named = [about.named, ...Object.keys(values)].join(" ");
  const nodes = layout({
    ...about,
    element,
    countryOptions: (row) => countries({ ...about, element, row, regions: about.regions() }),
    setup,
    rows: chosenRows({ ...about, rows: table, setup, named, language: words.language }),
    prefix: PREFIX,
    onField(field) {
      const { name, kind, optInText } = field.row;
      fields.set(name, field);
      if (kind === "date") field.control.setAttribute("max", today);
      if (optInText) field.control.setAttribute("value", wordingDigests[name]);
      const value = values[name];
      // A box stays ticked only if its wording is still the one that it was ticked for.
      if (value !== undefined) field.kept = field.isFlag ? value === field.control.value : value;
      const mine = issues.filter((issue) => fieldOf(issue, fields) === field);
      const error = mine.find(({ severity }) => severity === "error");
      const advice = error ? undefined : mine[0];
      say(field, error && issueText(error, field, words), advice && issueText(advice, field, words));
    },
  });
  const inOrder = [...fields.values(), undefined];
  const place = ({ field }) => inOrder.indexOf(field);
  const problems = issues
    .filter(({ severity }) => severity === "error")
    .map((issue) => ({ issue, field: fieldOf(issue, fields) }))
    .sort((a, b) => place(a) - place(b))
    .map(({ issue, field }) => ({ id: field?.control.id, name: field?.name, text: issueText(issue, field, words) }));
  // Without a Setup the form does not have the restaurant's own questions. The answers that were posted are kept in hidden
  // fields, except consents, which nobody may give unseen.
  const unseen = table.filter(({ kind, name }) => kind !== "flag" && values[name] && !fields.has(name));
  const hidden = [[KEY_FIELD, key ?? crypto.randomUUID()], ...unseen.map(({ name }) => [name, values[name]])];
  // The browser's own checks are turned off, so that the guest reads all problems at once and in our words. But only the
  // browser knows that a date was typed in part: it posts such a date as an empty one.
  const isUnchecked = ![...fields.values()].some(({ row }) => row.kind === "date");
  // It is not known what became of the other details that were sent before.
  const isChanged = outcome === "changed";
  const outcomeText = isChanged ? `${words.sentBefore} ${words.pages.askFirst}` : words[outcome];
  const news = [];
  const messages = [];
  if (problems.length) {
    news.push(problemsTitle(problems.length, words));
    const titleId = `${PREFIX}-form-problems`;
    const group = { class: "diner-summary", role: "group", "aria-labelledby": titleId, ...START };
    messages.push(element("div", group, ...problemList(element, problems, words, titleId)));
  }
  if (outcomeText) {
    news.push(outcomeText);
    messages.push(element("div", { class: "diner-failure", role: "alert", ...START }, element("p", null, outcomeText)));
  }
  const body = element(
    "form",
    // Without an action it is posted to the page's own address, with its query.
    { class: "diner-body", method: "post", novalidate: isUnchecked, "accept-charset": "utf-8" },
    ...messages,
    ...hidden.map(([name, value]) => element("input", { type: "hidden", name, value })),
    element("div", { class: "diner-fields" }, ...nodes),
    privacy ? element("p", null, privacyLink(privacy, words)) : null,
    element("button", { class: "diner-button" }, isChanged ? words.pages.sendAgain : words.send),
  );
  return { news, nodes: [element("diner-form", { theme: about.theme }, body)] };
}

const link = (href, text) => element("a", { href }, text);
const privacyLink = (privacy, words) => link(privacy, words.privacy);

/** The links to the restaurant's site and to its privacy notice; the form has the latter beside its button. */
function footer({ shows, site, privacy }, words) {
  const links = [site && link(site, words.pages.back), shows !== "form" && privacy && privacyLink(privacy, words)];
  const given = links.filter(Boolean);
  return given.length ? element("footer", null, ...given) : null;
}

/** The whole document. The operator's colours come from the gateway as CSS that it has written itself. */
function html(view, words, title, ...nodes) {
  const { language } = words;
  const tag = languageTag(language);
  const isRightToLeft = tag && RIGHT_TO_LEFT.includes(new Intl.Locale(tag).maximize().script);
  const head = element(
    "head",
    null,
    element("meta", { charset: "utf-8" }),
    element("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    element("meta", { name: "robots", content: "noindex" }),
    element("title", null, title),
    element("style", null, STYLE, view.colours),
  );
  const body = element("body", null, element("main", null, ...nodes), footer(view, words));
  return `<!doctype html>${element("html", { lang: language, dir: isRightToLeft ? "rtl" : "ltr" }, head, body)}`;
}
