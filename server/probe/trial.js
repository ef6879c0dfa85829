/** For the probe's trial on a test host: what the answers to its writes mean. Pure. */
import { ID_MAX } from "../words.js";
import { membersIn } from "./contract.js";
import { assign, isSpelling, likeness } from "./likeness.js";
import { shownName } from "./shape.js";
import { confirmed, contradicted, unknown } from "./verdicts.js";

/** An Id that no customer has. */
export const NOBODY = ID_MAX;

/** The members of a customer are none of a merge, an unsubscription or a deletion. */
const OF_CUSTOMER = membersIn("CustomerRequest")
  .map(({ name }) => name)
  .filter((name) => name !== "IpAddress");

/** The last name in the path of a property: `request.CustomerIds[0]` is `CustomerIds`. */
function lastName(path) {
  const names = String(path)
    .split(/[.[\]]/)
    .filter((name) => name !== "" && !/^\d+$/.test(name));
  return names.at(-1);
}

/** What a refusal says of each property: `[{ name, text }]`. */
export function entriesOf(body) {
  const listed = Array.isArray(body?.ValidationErrors) ? body.ValidationErrors : [];
  const entries = listed.map((entry) => ({ name: lastName(entry?.PropertyName ?? ""), text: entry?.ErrorMessage }));
  // The forms that the vendor's framework has by default.
  for (const state of [body?.ModelState, body?.errors].filter((one) => typeof one === "object" && one !== null)) {
    for (const [path, texts] of Object.entries(state)) {
      entries.push({ name: lastName(path), text: [texts].flat().join(" ") });
    }
  }
  const isName = ({ name }) => name !== undefined && shownName(name) && !/^(request|model|\$)$/.test(name);
  return entries.filter(isName).map(({ name, text }) => ({ name, text: String(text ?? "") }));
}

/** The names of the properties that a refusal is about. */
export const namesOf = (body) => [...new Set(entriesOf(body).map(({ name }) => name))];

/**
 * A finding for each of `slots`, which are guesses about the members of a request. `needed` are the names that the refusal of
 * an empty body has, `refused` those that a request with wrong types was refused for, `sent` those that it had.
 */
export function judgeRequest(slots, { needed, refused, sent }) {
  const names = [...new Set([...needed, ...refused])];
  const findings = new Map();
  const isKnown = (name) => slots.some(({ inUse }) => isSpelling(inUse, name));
  for (const slot of slots) {
    const same = names.find((name) => isSpelling(name, slot.inUse));
    if (same) findings.set(slot.key, confirmed("the server names it in a refusal"));
  }
  const open = slots.filter(({ key }) => !findings.has(key));
  const others = names.filter((name) => !isKnown(name));
  const assigned = assign(open, others, (slot, name) => likeness(name, slot));
  // A name that the server insists on, and that nothing else explains, stands for the one guess that is left.
  const left = open.filter((slot) => !assigned.has(slot) && slot.isNeeded);
  const isFree = (name) =>
    others.includes(name) && ![...assigned.values()].includes(name) && !OF_CUSTOMER.includes(name);
  const spare = needed.filter(isFree);
  if (left.length === 1 && spare.length === 1) assigned.set(left[0], spare[0]);
  for (const slot of open) {
    const name = assigned.get(slot);
    if (name) findings.set(slot.key, contradicted(`the server names ${name} in its place in a refusal`, name));
    else if (refused.length > 0 && sent.includes(slot.inUse)) {
      findings.set(slot.key, contradicted("the server reads no such member, and none of the others that were tried"));
    } else findings.set(slot.key, unknown("the server's refusals do not name it"));
  }
  return slots.map(({ key }) => [key, findings.get(key)]);
}

const CHANNELS = {
  Email: ["ReceiveEmailMarketing", "ReceiveRestaurantEmailMarketing"],
  Sms: ["ReceiveSmsMarketing", "ReceiveRestaurantSmsMarketing"],
};

/** The values that the mode of an unsubscription may have, in the order in which a trial takes them. */
export const MODES = ["Email", "Sms", "All"];

/**
 * A finding about the values of the member `name` of an unsubscription, by what came after each: `status`, and the flags of a
 * customer who had all of them before the first and before the last.
 */
export function judgeModes(name, tried) {
  const refused = tried.find(({ status }) => status >= 400);
  if (refused) return contradicted(`the server refuses ${name} "${refused.mode}"`);
  const withdrawn = { Email: ["Email"], Sms: ["Email", "Sms"], All: ["Email", "Sms"] };
  for (const { mode, customer } of tried) {
    const isAs = (channel, flag) => CHANNELS[channel].every((member) => customer?.[member] === flag);
    const isGone = Object.keys(CHANNELS).filter((channel) => isAs(channel, false));
    const isLeft = Object.keys(CHANNELS).filter((channel) => isAs(channel, true));
    if (mode === "Email" && isGone.length === 2) {
      return contradicted(`${name} "Email" withdraws all consents: the member, or its value, is not heeded`);
    }
    const isRight = withdrawn[mode].every((channel) => isGone.includes(channel)) && isGone.length + isLeft.length === 2;
    if (!isRight || isGone.length !== withdrawn[mode].length) {
      return unknown(`the consents do not show what ${name} "${mode}" does`);
    }
  }
  return confirmed(`${tried.map(({ mode }) => `"${mode}"`).join(", ")} withdraw the consents that they name`);
}

/** Findings about the lists in a deletion's answer, by the Ids that were sent: those of customers, and one of nobody. */
export function judgeDeletion(slots, body, made) {
  const lists = Object.entries(body ?? {}).filter(([name, value]) => shownName(name) && Array.isArray(value));
  const holding = (id) => lists.find(([, ids]) => ids.includes(id))?.[0];
  const found = { deletedCustomerIds: holding(made[0]), skippedCustomerIds: holding(NOBODY) };
  return slots.map(({ key, inUse }) => {
    const name = found[key];
    if (name === undefined) return [key, unknown("the answer to a deletion has no list that shows it")];
    if (name === inUse) return [key, confirmed("the answer to a deletion has it")];
    return [key, contradicted(`the answer to a deletion has ${name} in its place`, name)];
  });
}

/** What a second create with the same e-mail address does, in words. */
export function judgeDuplicate(first, { status, body }) {
  if (status !== 200) return `is refused with ${status}`;
  if (!Number.isInteger(body?.Id)) return "is answered without an Id";
  return body.Id === first ? "gives the customer that there is" : "makes a second customer";
}

const isEmpty = (value) =>
  value === undefined || value === null || value === "" || value === 0 || value === false || value.length === 0;

/**
 * What an update does with members that it leaves out: the names of those that it clears, that it keeps, and that no answer
 * shows. `sent` is what the create had, `before` and `after` are the answers.
 */
export function judgeUpdate(sent, before, after) {
  const names = Object.keys(sent);
  const isShown = (name) => !isEmpty(before[name]);
  const same = (name) => JSON.stringify(before[name]) === JSON.stringify(after[name]);
  return {
    cleared: names.filter((name) => isShown(name) && isEmpty(after[name])),
    kept: names.filter((name) => isShown(name) && same(name)),
    unseen: names.filter((name) => !isShown(name)),
  };
}

const LIMIT = /(?:(?:at most|than|maximum|exceed|up to|length of)[^\d]{0,40}(\d{1,5}))|(\d{1,5})[^\d]{0,15}char/i;

/** The longest text that a refusal says a member takes: a map from names to numbers, undefined where it says none. */
export function limitsOf(body) {
  const limits = entriesOf(body).map(({ name, text }) => {
    const [, after, before] = LIMIT.exec(text) ?? [];
    return [name, (after ?? before) ? Number(after ?? before) : undefined];
  });
  return new Map(limits);
}

/**
 * What is known of how long texts may be after a request with texts of these lengths: `bounds` are `{ fits, isTooLong }` for
 * each name, the longest that fitted and the shortest that did not. Returns the new ones.
 */
export function narrowed(bounds, lengths, { status, body }) {
  const said = limitsOf(body);
  return new Map(
    [...bounds].map(([name, { fits, isTooLong }]) => {
      const length = lengths.get(name);
      if (length === undefined) return [name, { fits, isTooLong }];
      const limit = status === 400 ? said.get(name) : body?.[name]?.length;
      if (status === 400 && !said.has(name)) return [name, { fits, isTooLong }];
      if (status === 400 && limit === undefined) return [name, { fits, isTooLong: length }];
      // A number in the refusal is the limit, and so is the length of a text that came back shorter.
      if (status === 400 && limit < length) return [name, { fits: limit, isTooLong: limit + 1 }];
      if (status === 200 && limit < length) return [name, { fits: limit, isTooLong: limit + 1, isCut: true }];
      return [name, status === 200 ? { fits: length, isTooLong } : { fits, isTooLong }];
    }),
  );
}
