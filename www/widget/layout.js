/**
 * For the widget and for the page without JavaScript: which fields the form has, in which order and with which words.
 * The caller decides what the nodes are: it gives the `element` of dom.js or of html.js.
 */
import { filledNodes, optInContent } from "./dom.js";
import { Field } from "./field.js";
import { fill, message } from "./message.js";

/** The fields of a form without the attribute `fields`. They are few, because each further field costs guests. */
export const DEFAULT_FIELDS =
  "Title FirstName Surname Email Mobile Field1 Field2 Field3 Field4 Field5 ReceiveEmailMarketing ReceiveSmsMarketing " +
  "ReceiveRestaurantEmailMarketing ReceiveRestaurantSmsMarketing";

/** The languages in which people say the surname first. */
const SURNAME_FIRST = /^(hu|ja|ko|vi|yue|zh)\b/;
/** The fields that stand side by side if there is room. */
const NAMES = ["FirstName", "Surname"];

/**
 * The rows of the form, in its order: those that are named or that the remote API requires, and that this Setup makes
 * possible. What only the Setup brings comes last, so that nothing moves when it comes.
 */
export function chosenRows({ rows, setup, named, language, isInParts, optInNodes }) {
  const names = new Set(named.split(/[\s,]+/));
  const guests = rows.filter(({ writableBy }) => writableBy === "guest");
  const oneOf = guests.filter(({ required }) => required === "oneOf");
  if (oneOf.length && !oneOf.some(({ name }) => names.has(name))) names.add(oneOf[0].name);
  for (const { name, callingCode } of guests) if (callingCode && names.has(name)) names.add(callingCode);
  const chosen = guests.filter((row) => {
    if (row.isCustom && row.label === undefined) return false;
    if (row.required === "always") return true;
    // A wording that cannot be shown whole counts as no wording.
    if (row.optInText) return names.has(row.name) && optInNodes(setup[row.optInText]).length > 0;
    if (row.choices && !choicesOf(row, setup)) return false;
    return names.has(row.name) || (isPart(row) && names.has(row.path[0]));
  });
  const isSurnameFirst = SURNAME_FIRST.test(language);
  const place = ({ name, kind, choices, isCustom, optInText }) => {
    if (optInText) return 4;
    // The later script makes the parts of a date.
    if (isInParts && kind === "date") return 3;
    if (choices || isCustom) return 2;
    return isSurnameFirst && name === "Surname" ? 0 : 1;
  };
  return chosen.sort((a, b) => place(a) - place(b));
}

/** True for a part of the address. */
const isPart = ({ path }) => path.length > 1;

/** The texts that the Setup lists for the field; undefined if it lists none. */
function choicesOf({ choices }, setup) {
  const listed = setup[choices];
  return Array.isArray(listed) && listed.length ? listed : undefined;
}

/** Whether the field is a list of all countries: of their calling codes, or of their names. */
export const isOfCountries = ({ kind, html }) => kind === "callingCode" || html.autocomplete === "country-name";

/**
 * Makes the form's nodes.
 *
 * `rows` are the rows of the fields, in their order. `countryOptions` makes the options of a list of countries, if it is
 * given; the first of the `likely` countries is that of a calling code at first. `dateParts` of date-parts.js makes the
 * dates, if it is given; `language` says their order. `onField` is called with each new field and gives the field its
 * value. `isOpen` is true if the guest has the address open.
 */
export function layout({
  element,
  onField,
  words,
  setup,
  rows,
  prefix,
  countryOptions,
  likely,
  dateParts,
  language,
  optInNodes,
  isOpen,
}) {
  const { labels } = words;
  const made = new Map();

  const options = (row) => {
    if (isOfCountries(row) && countryOptions) return countryOptions(row);
    const option = (value, text) => element("option", { value }, text);
    const texts = isOfCountries(row) ? [] : choicesOf(row, setup);
    return texts && [option("", words.choose), ...texts.map((text) => option(text, text))];
  };

  const labelOf = (row) => row.label ?? labels[row.name] ?? row.name;

  const make = (row, { label = labelOf(row), name } = {}) => {
    const isOneOf = row.required === "oneOf";
    const isEither = isOneOf && rows.filter(({ required }) => required === "oneOf").length > 1;
    const isRequired = row.required === "always" || (isOneOf && !isEither);
    const isCode = row.kind === "callingCode";
    // A box that is not ticked is an answer, and a group that may be left out says so itself.
    const isMarked = row.required === "never" && row.kind !== "flag" && !isCode && !isPart(row);
    const id = `${prefix}-${row.name.replace(".", "-")}`;
    const field = new Field(isRequired ? { ...row, required: "always" } : row, {
      element,
      id,
      label,
      name,
      hint: (isEither && words.eitherPhone) || words.hints[row.name],
      mark: isMarked ? words.optional : "",
      options: options(row),
      group:
        row.kind === "date" ? dateParts?.({ element, id, row, language, wordsLanguage: words.language }) : undefined,
      initial: isCode ? likely[0]?.value : undefined,
    });
    made.set(row.name, field);
    onField(field);
    return field;
  };

  /** Two fields in one line, if there is room. */
  const pair = (role, ...fields) => element("div", { class: "diner-pair", role }, ...fields.map(({ node }) => node));

  const address = (rows) => {
    const parts = rows.map((row) => make(row));
    const isNeeded = parts.some(({ row, value, message }) => value || message || row.required === "always");
    const mark = element("span", { class: "diner-mark" }, words.optional);
    // The fieldset names the group for screen readers, which do not read the summary as its name.
    return element(
      "details",
      { class: "diner-address", open: isOpen || isNeeded },
      element("summary", null, labels.Address, " ", mark),
      element("fieldset", { "aria-label": labels.Address }, ...parts.map(({ node }) => node)),
    );
  };

  /**
   * Makes one group for each wording and owner: e-mail and SMS mostly share a wording, which is then shown once with
   * two boxes. If the restaurant and its group share a wording, the label of each box says whose news it is for.
   */
  const consents = (rows) => {
    const owners = { group: words.group, restaurant: setup.Name || words.restaurant };
    const ownersOf = new Map();
    const groups = new Map();
    for (const row of rows) {
      const wording = setup[row.optInText];
      const { owner } = row;
      ownersOf.set(wording, (ownersOf.get(wording) ?? new Set()).add(owner));
      const key = `${owner} ${wording}`;
      const group = groups.get(key) ?? { wording, owner, rows: [] };
      group.rows.push(row);
      groups.set(key, group);
    }
    const nodes = [...groups.values()].map(({ wording, owner, rows }) => {
      const isShared = ownersOf.get(wording).size > 1;
      const boxes = rows.map((row) => {
        const channel = labels[row.name] ?? row.name;
        return make(row, { label: isShared ? fill(words.consentOf, { channel, owner: owners[owner] }) : channel }).node;
      });
      // A consent is given to the restaurant's own words.
      const legend = element("legend", { translate: "no" }, ...optInContent(element, optInNodes(wording)));
      return element("fieldset", null, legend, ...boxes);
    });
    return element("fieldset", { class: "diner-consents" }, element("legend", null, words.consents), ...nodes);
  };

  const nodes = [];
  for (const row of rows) {
    if (row.optInText || made.has(row.name)) continue;
    const number = rows.find(({ callingCode }) => callingCode === row.name);
    if (isPart(row)) nodes.push(address(rows.filter(isPart)));
    else if (NAMES.includes(row.name)) {
      const names = rows.filter(({ name }) => NAMES.includes(name));
      nodes.push(pair(undefined, ...names.map((row) => make(row))));
    } else if (number) {
      // The country comes before its number. On a form with two numbers, each code is called after its own. So the group
      // needs no name, which would only be read once more, and be a second control of this name to a page's tests.
      const code = make(row, { name: fill(words.consentOf, { channel: labelOf(row), owner: labelOf(number) }) });
      nodes.push(pair("group", code, make(number)));
    } else nodes.push(make(row).node);
  }
  const boxes = rows.filter((row) => row.optInText);
  if (boxes.length) nodes.push(consents(boxes));
  return nodes;
}

/** The field at which an issue is shown. An issue of a consent's wording is shown at the consent. */
export function fieldOf({ path }, fields) {
  const name = path.join(".");
  return fields.get(name) ?? [...fields.values()].find(({ row }) => row.optInText === name);
}

/** The message for an issue at `field`, or for an issue without a field. */
export function issueText(issue, field, words) {
  const isOnlyPhone = issue.code === "phone_required" && field?.row.required === "always";
  return message(isOnlyPhone ? { ...issue, code: "required" } : issue, words);
}

/** The title of the list of problems. */
export function problemsTitle(count, { language, problems = { other: "" } }) {
  return fill(problems[new Intl.PluralRules(language).select(count)] ?? problems.other, { count });
}

/**
 * The list of problems, below a title with the id `titleId`. Each problem is `{ id, name, text, messageId }`; `id` is that
 * of the control to which the item links. Names and texts may be in another script than the page.
 */
export function problemList(element, problems, words, titleId) {
  const items = problems.map(({ id, name, text, messageId }) => {
    // The page's own controls show no message themselves: `aria-describedby` refers to this one.
    const message = element("bdi", { id: messageId }, text);
    if (!id) return element("li", null, message);
    return element(
      "li",
      null,
      element("a", { href: `#${id}` }, ...filledNodes(element, words.about, { name }), message),
    );
  });
  return [element("p", { id: titleId }, problemsTitle(problems.length, words)), element("ul", null, ...items)];
}

/** The words of thanks. */
export const thanksText = ({ Name }, words) => fill(words.thanksText ?? "", { restaurant: Name || words.restaurant });

/** The nodes of a wording, as the gateway has parsed them; none if the gateway gave none. */
export function optInNodesOf(setup) {
  const names = Object.keys(setup?.OptInNodes ?? {});
  const nodes = new Map(names.map((name) => [setup[name], setup.OptInNodes[name]]));
  return (wording) => nodes.get(wording) ?? [];
}
