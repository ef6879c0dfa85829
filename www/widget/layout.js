/**
 * For the widget and for the page without JavaScript: which fields the form has, in which order and with which words.
 * The caller decides what the nodes are: it gives the `element` of dom.js or of html.js.
 */
import { optInContent } from "./dom.js";
import { Field } from "./field.js";
import { fill, filledNodes, message } from "./message.js";

/** The fields of a form without the attribute `fields`. They are few, because each further field costs guests. */
export const DEFAULT_FIELDS =
  "Title FirstName Surname Email Mobile Field1 Field2 Field3 Field4 Field5 ReceiveEmailMarketing ReceiveSmsMarketing " +
  "ReceiveRestaurantEmailMarketing ReceiveRestaurantSmsMarketing";

/** The rows of the form: those that are named or that the remote API requires, and that this Setup makes possible. */
export function chosenRows({ rows, setup, named, optInNodes }) {
  const names = new Set(named.split(/[\s,]+/));
  const guests = rows.filter(({ writableBy }) => writableBy === "guest");
  const oneOf = guests.filter(({ required }) => required === "oneOf");
  if (oneOf.length && !oneOf.some(({ name }) => names.has(name))) names.add(oneOf[0].name);
  for (const { name, callingCode } of guests) if (callingCode && names.has(name)) names.add(callingCode);
  return guests.filter((row) => {
    if (row.isCustom && row.label === undefined) return false;
    if (row.required === "always") return true;
    // A wording that cannot be shown whole counts as no wording.
    if (row.optInText) return names.has(row.name) && optInNodes(setup[row.optInText]).length > 0;
    if (row.choices && !choicesOf(row, setup)) return false;
    return names.has(row.name) || (row.path.length > 1 && names.has(row.path[0]));
  });
}

/** The texts that the Setup lists for the field; undefined if it lists none. */
function choicesOf({ choices }, setup) {
  const listed = setup[choices];
  return Array.isArray(listed) && listed.length ? listed : undefined;
}

/** The options of a calling code. The code of the region `country` is selected. */
export function countries({ element, words, regions, country }) {
  const named = regions.map(({ region, code, name }) =>
    element(
      "option",
      { value: `+${code}`, "data-region": region, selected: region === country },
      fill(words.countryOf, { name, code }),
    ),
  );
  return [element("option", { value: "" }, words.choose), ...named];
}

/**
 * Makes the form's nodes.
 *
 * `rows` are the rows of the fields. `regions()` lists the calling codes; the code of `country` is selected at first.
 * `onField` is called with each new field and gives the field its value. `isOpen` is true if the guest has the address
 * open.
 */
export function layout({ element, onField, words, setup, rows, prefix, regions, country, optInNodes, isOpen }) {
  const { labels } = words;
  const made = new Map();

  const options = (row) => {
    const option = (value, text, more) => element("option", { value, ...more }, text);
    if (row.kind === "callingCode") return countries({ element, words, regions: regions(), country });
    return (
      choicesOf(row, setup) && [option("", words.none), ...choicesOf(row, setup).map((text) => option(text, text))]
    );
  };

  const make = (row, label = row.label ?? labels[row.name] ?? row.name) => {
    const isOneOf = row.required === "oneOf";
    const isEither = isOneOf && rows.filter(({ required }) => required === "oneOf").length > 1;
    const isRequired = row.required === "always" || (isOneOf && !isEither);
    const field = new Field(isRequired ? { ...row, required: "always" } : row, {
      element,
      id: `${prefix}-${row.name.replace(".", "-")}`,
      label,
      hint: (isEither && words.eitherPhone) || words.hints[row.name],
      mark: isRequired ? words.required : "",
      options: options(row),
    });
    made.set(row.name, field);
    onField(field);
    return field;
  };

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
      // A consent is given to the restaurant's own words.
      const legend = element("legend", { translate: "no" }, ...optInContent(element, optInNodes(wording)));
      return element("fieldset", null, legend, ...boxes);
    });
    return element("fieldset", { class: "diner-consents" }, element("legend", null, words.consents), ...nodes);
  };

  const nodes = [];
  for (const row of rows) {
    if (row.optInText || row.path.length > 1) continue;
    const field = make(row);
    if (row.kind === "phone") {
      // The country comes before its number, in the same line if there is room.
      const code = made.get(row.callingCode);
      nodes.push(element("div", { class: "diner-pair" }, code ? code.node : null, field.node));
    } else if (row.kind !== "callingCode") nodes.push(field.node);
  }
  const parts = rows.filter((row) => row.path.length > 1);
  if (parts.length) nodes.push(address(parts));
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
