/**
 * For the widget and for the page without JavaScript: what stands on the form, in which order, and in which words. What
 * the nodes are is the caller's affair: `element` is that of dom.js or of html.js.
 */
import { optInContent } from "./dom.js";
import { Field } from "./field.js";
import { fill, message } from "./message.js";

/** What is asked for when nobody says. Every field more costs a restaurant guests. */
export const DEFAULT_FIELDS =
  "Title FirstName Surname Email Mobile Field1 Field2 Field3 Field4 Field5 ReceiveEmailMarketing ReceiveSmsMarketing " +
  "ReceiveRestaurantEmailMarketing ReceiveRestaurantSmsMarketing";

/** The calling code that belongs to a number's field. */
export const CALLING_CODE_OF = { Mobile: "MobileCountryCode", Phone: "PhoneCountryCode" };

/** A restaurant's own questions: fields that mean nothing without its Setup. */
const CUSTOM_FIELD = /^Field\d$/;

/** Whose news a consent is for: how the name of its wording begins, `Group` or `Restaurant`. */
const OWNER = /^(Group|Restaurant)/;

/** The rows of `fields()` to ask for: named, or insisted on by the remote API, and possible with this Setup. */
export function chosenRows({ rows, setup, named, optInNodes }) {
  const names = new Set(named.split(/[\s,]+/));
  const guests = rows.filter(({ writableBy }) => writableBy === "guest");
  const asksPhone = guests.some(({ kind, name }) => kind === "phone" && names.has(name));
  if (!asksPhone && guests.some(({ required }) => required === "oneOf")) names.add("Mobile");
  for (const [phone, code] of Object.entries(CALLING_CODE_OF)) if (names.has(phone)) names.add(code);
  return guests.filter((row) => {
    if (CUSTOM_FIELD.test(row.name) && row.label === undefined) return false;
    if (row.required === "always") return true;
    // A wording that cannot be shown whole is none.
    if (row.optInText) return names.has(row.name) && optInNodes(setup[row.optInText]).length > 0;
    if (row.name === "Title" && !titles(setup)) return false;
    return names.has(row.name) || (row.path.length > 1 && names.has(row.path[0]));
  });
}

const titles = ({ Titles }) => Array.isArray(Titles) && Titles.length > 0 && Titles;

/**
 * The form's nodes.
 *
 * `rows` are those to ask for; `regions()` lists the calling codes, of which `country` is chosen at first; `enlist` gets
 * each field once it is made, and fills it in.
 */
export function layout({ element, enlist, words, setup, rows, prefix, regions, country, optInNodes }) {
  const { labels } = words;
  const made = new Map();

  const options = ({ kind, name }) => {
    const option = (value, text, more) => element("option", { value, ...more }, text);
    if (kind === "callingCode") {
      const named = regions().map(({ region, code, name }) =>
        option(`+${code}`, fill(words.countryOf, { name, code }), {
          "data-region": region,
          selected: region === country,
        }),
      );
      return [option("", words.choose), ...named];
    }
    const listed = name === "Title" && titles(setup);
    return listed ? [option("", words.none), ...listed.map((title) => option(title, title))] : undefined;
  };

  const make = (row, label = row.label ?? labels[row.name] ?? row.name) => {
    const isEither = row.required === "oneOf" && rows.filter(({ kind }) => kind === "phone").length > 1;
    const isRequired = row.required === "always" || (row.kind === "phone" && row.required === "oneOf" && !isEither);
    const field = new Field(isRequired ? { ...row, required: "always" } : row, {
      element,
      id: `${prefix}-${row.name.replace(".", "-")}`,
      label,
      hint: (isEither && words.eitherPhone) || words.hints[row.name],
      mark: isRequired ? words.required : "",
      options: options(row),
    });
    made.set(row.name, field);
    enlist(field);
    return field;
  };

  const address = (rows) => {
    const parts = rows.map((row) => make(row));
    const isOpen = parts.some(({ row, value, message }) => value || message || row.required === "always");
    const mark = element("span", { class: "diner-mark" }, words.optional);
    // A fieldset names the group for those who hear it; the summary is its visible name.
    return element(
      "details",
      { class: "diner-address", open: isOpen },
      element("summary", null, labels.Address, " ", mark),
      element("fieldset", { "aria-label": labels.Address }, ...parts.map(({ node }) => node)),
    );
  };

  /**
   * One group per wording and owner: e-mail and SMS mostly share theirs, which is then shown once, with two boxes.
   * Where the restaurant and its group share a wording, only the labels can say whose news each box is for.
   */
  const consents = (rows) => {
    const owners = { Group: words.group, Restaurant: setup.Name || words.restaurant };
    const ownersOf = new Map();
    const groups = new Map();
    for (const row of rows) {
      const wording = setup[row.optInText];
      const owner = OWNER.exec(row.optInText)?.[0];
      ownersOf.set(wording, (ownersOf.get(wording) ?? new Set()).add(owner));
      const key = JSON.stringify([owner, wording]);
      const group = groups.get(key) ?? { wording, owner, rows: [] };
      group.rows.push(row);
      groups.set(key, group);
    }
    const nodes = [...groups.values()].map(({ wording, owner, rows }) => {
      const isShared = ownersOf.get(wording).size > 1;
      const boxes = rows.map((row) => {
        const channel = labels[row.name] ?? row.name;
        return make(row, isShared ? fill(words.consentOf, { channel, owner: owners[owner] }) : channel).node;
      });
      const legend = element("legend", null, ...optInContent(element, optInNodes(wording)));
      return element("fieldset", null, legend, ...boxes);
    });
    return element("fieldset", { class: "diner-consents" }, element("legend", null, words.consents), ...nodes);
  };

  const nodes = [];
  for (const row of rows) {
    if (row.optInText || row.path.length > 1) continue;
    const field = make(row);
    if (row.kind === "phone") {
      // The country stands before its number, in one line where there is room.
      const code = made.get(CALLING_CODE_OF[row.name]);
      nodes.push(element("div", { class: "diner-pair" }, code ? code.node : null, field.node));
    } else if (row.kind !== "callingCode") nodes.push(field.node);
  }
  const parts = rows.filter((row) => row.path.length > 1);
  if (parts.length) nodes.push(address(parts));
  const boxes = rows.filter((row) => row.optInText);
  if (boxes.length) nodes.push(consents(boxes));
  return nodes;
}

/** The field at which an issue is shown: a consent's wording has none of its own. */
export function fieldOf({ path }, fields) {
  const name = path.join(".");
  return fields.get(name) ?? [...fields.values()].find(({ row }) => row.optInText === name);
}

/** What is said about an issue at its field, if it has one there. */
export function said(issue, field, words) {
  const isOnlyPhone = issue.code === "phone_required" && field?.row.required === "always";
  return message(isOnlyPhone ? { ...issue, code: "required" } : issue, words);
}

/** The title of a list of problems. */
export function problemsTitle(count, { language, problems }) {
  return fill(problems[new Intl.PluralRules(language).select(count)] ?? problems.other, { count });
}

/** That list: `{ id, name, text, messageId }` each, `id` that of the control to link to. */
export function problemList(element, problems, words) {
  const items = problems.map(({ id, name, text, messageId }) =>
    element(
      "li",
      null,
      id
        ? element(
            "a",
            { href: `#${id}` },
            fill(words.about, { name }),
            // The page's own controls have no other place for the message: they are described by this one.
            element("span", { id: messageId }, text),
          )
        : text,
    ),
  );
  return [element("p", null, problemsTitle(problems.length, words)), element("ul", null, ...items)];
}

/** What the thanks say. */
export const thanksText = ({ Name }, words) => fill(words.thanksText, { restaurant: Name || words.restaurant });
