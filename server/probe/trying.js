/**
 * For the probe's trial on a test host: makes customers, writes to them, and marks them for deletion. It writes to no customer
 * but its own. What the answers mean is decided in `trial.js`.
 */
import { randomBytes } from "node:crypto";
import { MEMBERS, PATHS } from "./guesses.js";
import { CUSTOMER, pathOf, tellCustomer } from "./reading.js";
import { listed, shapeOf } from "./shape.js";
import { valuesOf } from "./subjects.js";
import {
  MODES,
  NOBODY,
  judgeDeletion,
  judgeDuplicate,
  judgeRequest,
  judgeModes,
  judgeUpdate,
  namesOf,
  narrowed,
} from "./trial.js";
import { CONFIRMED, UNKNOWN, confirmed, contradicted, unknown } from "./verdicts.js";

const OK = 200;
const EMPTY = 204;
const BAD = 400;
/** Longer texts are not tried. */
const LONGEST_TEXT = 4096;
/** So many requests narrow a length down. */
const MOST_STEPS = 13;
/** A value of a type that no member has. */
const WRONG = { Probe: true };
const WORDS = "Made by dinerkit gateway probe";
/** An address that stands for none (RFC 5737). */
const ADDRESS = "192.0.2.1";

/** What every customer of the trial has. The number is of a range for films. */
const contact = () => ({
  FirstName: "Probe",
  Surname: "Dinerkit",
  Email: `dinerkit-probe-${randomBytes(6).toString("hex")}@example.com`,
  MobileCountryCode: 44,
  Mobile: "7700900123",
});

/** What an update may clear. */
const MORE = {
  Title: "Mx",
  Company: WORDS,
  Department: WORDS,
  MembershipId: "probe",
  Comments: WORDS,
  Birthday: "1990-01-02",
  Anniversary: "2010-01-02",
  IsVip: true,
  Address: { Street: WORDS, Town: WORDS },
  ReceiveEmailMarketing: true,
  ReceiveSmsMarketing: true,
  ReceiveRestaurantEmailMarketing: true,
  ReceiveRestaurantSmsMarketing: true,
  GroupEmailMarketingOptInText: WORDS,
  GroupSmsMarketingOptInText: WORDS,
  RestaurantEmailMarketingOptInText: WORDS,
  RestaurantSmsMarketingOptInText: WORDS,
  IpAddress: ADDRESS,
  MarketingOptInSetting: "Online",
  CustomerValidationType: "Normal",
};
/** Members that no answer is known to show. */
const HIDDEN = ["IpAddress", "MarketingOptInSetting", "CustomerValidationType"];

/** Texts whose length is tried. */
const TEXTS = [
  "Title",
  "FirstName",
  "Surname",
  "Company",
  "Department",
  "MembershipId",
  "Comments",
  "GroupEmailMarketingOptInText",
];

/** Runs the trial, and marks what it made for deletion in any case. */
export async function tryOut(probe) {
  const made = [];
  const trial = Object.assign(probe, { made });
  try {
    await learnNames(trial);
    const first = await makeCustomers(trial);
    if (first) {
      await tryUnsubscription(trial);
      await tryUpdate(trial, first);
      await tryLengths(trial, first);
      await tryMerge(trial);
    }
  } finally {
    if (made.length > 0) await deleteAll(trial);
  }
}

const write = ({ ask, token, microsite }, path, body, method = "POST", more = {}) =>
  ask(pathOf(microsite, path), { method, token, body, ...more });

/** What is in use by now: what was found in place of a guess, else the guess. */
function inUse({ findings, guesses }, key) {
  return findings.get(key)?.right ?? guesses.find((guess) => guess.key === key).inUse;
}

/** The path of an operation and its answer to an empty body, where it has not been found yet. */
async function locate(trial, key, slots) {
  const isOpen = [undefined, UNKNOWN].includes(trial.findings.get(key)?.verdict);
  const own = inUse(trial, key);
  const paths = isOpen ? [own, ...PATHS[key].filter((path) => path !== own)] : [own];
  for (const path of paths) {
    for (const method of key === "mergePath" ? methodsOfMerge(trial, isOpen) : ["POST"]) {
      const answer = await write(trial, path, {}, method);
      const isThere = isFound(answer, slots) || (path === own && isFine(answer.status));
      if (isThere && isOpen) tellPlace(trial, key, path, method, own);
      if (isThere || !isOpen) return { path, method, answer };
    }
  }
  return undefined;
}

/** Whether a path is an operation's: its refusal names a member that the operation has. Other refusals say nothing. */
function isFound({ status, body }, slots) {
  if (status !== BAD) return false;
  const findings = judgeRequest(slots, { needed: namesOf(body), refused: [], sent: [] });
  return findings.some(([, { verdict }]) => verdict !== UNKNOWN);
}

const isFine = (status) => status === OK || status === EMPTY;

function methodsOfMerge(trial, isOpen) {
  const own = inUse(trial, "mergeMethod");
  return isOpen ? [own, own === "POST" ? "PUT" : "POST"] : [own];
}

function tellPlace({ findings, guesses }, key, path, method, own) {
  const said = (one, guess, what) =>
    one === guess
      ? confirmed(`the server answers a write ${what}`)
      : contradicted(`the server has ${one} in its place`, one);
  findings.set(key, said(path, own, "there"));
  const merge = guesses.find(({ key }) => key === "mergeMethod").inUse;
  if (key === "mergePath") findings.set("mergeMethod", said(method, merge, "with it"));
}

/** Learns the names of requests from how the server refuses empty bodies and wrong types. */
async function learnNames(trial) {
  const empty = await write(trial, CUSTOMER, {});
  tellRequired(trial, empty);
  for (const [path, keys] of [
    ["mergePath", ["masterCustomerId", "customerIdsToMerge"]],
    ["unsubscribePath", ["customerIds", "ipAddress", "marketingCommunicationMode"]],
    ["markForDeletionPath", ["customerIds"]],
  ]) {
    const isNeeded = (key) => !["ipAddress", "marketingCommunicationMode"].includes(key);
    const slots = keys.map((key) => ({ ...trial.guesses.find((guess) => guess.key === key), isNeeded: isNeeded(key) }));
    const place = await locate(trial, path, slots);
    if (!place) {
      trial.observe(path, "was found at none of the paths that were tried");
      continue;
    }
    const needed = place.answer.status === BAD ? namesOf(place.answer.body) : [];
    let heard = { needed, refused: [], sent: [] };
    if (judgeRequest(slots, heard).some(([, { verdict }]) => verdict === UNKNOWN)) {
      heard = await askForTypes(trial, place, slots, needed);
    }
    const findings = judgeRequest(slots, heard);
    if (path === "markForDeletionPath") tellDeletion(trial, findings);
    else trial.findings.setAll(await told(trial, place, slots, heard, findings));
  }
}

/** The names for which the server refuses a request that has wrong types in all names that a slot could have. */
async function askForTypes(trial, { path, method }, slots, needed) {
  const names = slots.flatMap(({ key, inUse }) => [inUse, ...MEMBERS[key]]);
  const sent = [...new Set(names)].filter((name) => !needed.includes(name));
  const body = Object.fromEntries([...needed.map((name) => [name, []]), ...sent.map((name) => [name, WRONG])]);
  const answer = await write(trial, path, body, method);
  const refused = answer.status === BAD ? namesOf(answer.body).filter((name) => !needed.includes(name)) : [];
  return { needed, refused, sent };
}

/** Tells the Id and the list of a merge apart by their types, where their names say nothing. */
async function told(trial, { path, method }, slots, { needed }, findings) {
  const open = findings.filter(([, { verdict }]) => verdict === UNKNOWN);
  if (slots[0].key !== "masterCustomerId" || open.length !== 2 || needed.length !== 2) return findings;
  const answer = await write(trial, path, Object.fromEntries(needed.map((name) => [name, 0])), method);
  const lists = namesOf(answer.body).filter((name) => needed.includes(name));
  if (answer.status !== BAD || lists.length !== 1) return findings;
  const [list] = lists;
  const why = (name) => contradicted(`the server names ${name} in its place in a refusal`, name);
  return [
    ["masterCustomerId", why(needed.find((name) => name !== list))],
    ["customerIdsToMerge", why(list)],
  ];
}

/** `customerIds` stands for both operations: a deletion that has another name can't be told to the gateway. */
function tellDeletion(trial, [[key, finding]]) {
  const known = trial.findings.get(key);
  if (!known || known.verdict === UNKNOWN) return trial.findings.set(key, finding);
  const name = finding.verdict === CONFIRMED ? inUse(trial, key) : finding.right;
  if (finding.verdict !== UNKNOWN && finding.right !== known.right) {
    trial.observe(key, `a deletion takes ${name ?? "another name"}, an unsubscription ${inUse(trial, key)}`);
  }
}

function tellRequired({ observe, made }, { status, body }) {
  if (status === OK && Number.isInteger(body?.Id)) made.push(body.Id);
  const names = status === BAD ? namesOf(body) : [];
  if (names.length > 0) observe("create", `needs ${listed(names)}`);
  else observe("create", `answers an empty body with ${status}`);
}

/** Makes two customers with one e-mail address. Returns the first, as the answer has it, and what was sent. */
async function makeCustomers(trial) {
  const sent = { ...contact(), ...MORE };
  let answer = await write(trial, CUSTOMER, sent);
  let left = [];
  // Values that are guesses may be refused: once without what is refused.
  if (answer.status === BAD) {
    left = namesOf(answer.body).filter((name) => Object.hasOwn(MORE, name));
    for (const name of left) delete sent[name];
    if (left.length > 0) answer = await write(trial, CUSTOMER, sent);
  }
  tellHidden(trial, left, answer);
  if (answer.status !== OK || !Number.isInteger(answer.body?.Id)) {
    const names = listed(namesOf(answer.body));
    trial.trouble(`a customer could not be made: ${answer.status}${names ? `, because of ${names}` : ""}`);
    return undefined;
  }
  trial.made.push(answer.body.Id);
  if (!trial.isCustomerRead) tellCustomer(trial, shapeOf(answer.body));
  const again = await write(trial, CUSTOMER, sent);
  if (again.status === OK && Number.isInteger(again.body?.Id) && !trial.made.includes(again.body.Id)) {
    trial.made.push(again.body.Id);
  }
  trial.observe("a known e-mail address", judgeDuplicate(answer.body.Id, again));
  return { sent, before: answer.body };
}

/** Findings about the members that requests have and no answer shows. */
function tellHidden({ findings }, refused, { status, body }) {
  for (const name of HIDDEN) {
    const subject = `CustomerRequest.${name}`;
    if (refused.includes(name)) {
      findings.set(subject, confirmed("the server names it in a refusal"));
      if (name !== "IpAddress")
        findings.set(valuesOf("CustomerRequest", name), contradicted(`it does not take "${MORE[name]}"`));
    } else if (status === OK && body?.[name] !== undefined) {
      findings.set(subject, confirmed("the answer to a create has it"));
    } else findings.set(subject, unknown("the server neither refuses it nor shows it"));
  }
}

/** Unsubscribes the first customer from one channel after the other, and the second one from all. */
async function tryUnsubscription(trial) {
  const { ask, token, microsite, findings, made } = trial;
  const [first, second] = made.slice(-2);
  const ids = inUse(trial, "customerIds");
  const name = inUse(trial, "marketingCommunicationMode");
  const tried = [];
  for (const mode of second === undefined ? MODES.slice(0, 2) : MODES) {
    const id = mode === "All" ? second : first;
    const body = { [ids]: [id], [inUse(trial, "ipAddress")]: ADDRESS, [name]: mode };
    const { status } = await write(trial, inUse(trial, "unsubscribePath"), body);
    const { body: customer } = await ask(pathOf(microsite, `${CUSTOMER}/${id}`), { token });
    tried.push({ mode, status, customer });
  }
  const judged = judgeModes(name, tried);
  findings.set(valuesOf("UnsubscribeRequest", "MarketingCommunicationMode"), judged);
  const own = findings.get("marketingCommunicationMode");
  if (judged.verdict === CONFIRMED && own.verdict === UNKNOWN) findings.set("marketingCommunicationMode", judged);
}

async function tryUpdate(trial, { sent, before }) {
  const { FirstName, Surname, Email, MobileCountryCode, Mobile, ...rest } = sent;
  const least = { FirstName, Surname, Email, MobileCountryCode, Mobile };
  const { status, body } = await write(trial, `${CUSTOMER}/${before.Id}`, least, "PUT");
  if (status !== OK) return trial.observe("update", `with the least that a create needs is answered with ${status}`);
  // What the unsubscription has withdrawn tells nothing about the update.
  const named = Object.entries(rest).filter(([name]) => !name.startsWith("Receive"));
  const { cleared, kept, unseen } = judgeUpdate(Object.fromEntries(named), before, body);
  const tell = (what, names) => names.length > 0 && trial.observe("update", `${what} ${listed(names)}`);
  tell("clears what it leaves out:", cleared);
  tell("keeps what it leaves out:", kept);
  tell("is not seen to do anything with what no answer shows:", unseen);
}

async function tryLengths(trial, { before, sent }) {
  const { FirstName, Surname, Email, MobileCountryCode, Mobile } = sent;
  let bounds = new Map(TEXTS.map((name) => [name, { fits: 0, isTooLong: LONGEST_TEXT + 1 }]));
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const lengths = new Map();
    for (const [name, { fits, isTooLong }] of bounds) {
      if (isTooLong - fits > 1) lengths.set(name, step === 0 ? LONGEST_TEXT : Math.floor((fits + isTooLong) / 2));
    }
    if (lengths.size === 0) break;
    const texts = [...lengths].map(([name, length]) => [name, "x".repeat(length)]);
    const least = { FirstName, Surname, Email, MobileCountryCode, Mobile, CustomerOptions: { AppendComments: false } };
    const body = { ...least, ...Object.fromEntries(texts) };
    const answer = await write(trial, `${CUSTOMER}/${before.Id}`, body, "PUT");
    const next = narrowed(bounds, lengths, answer);
    const isStuck = [...next].every(([name, { fits, isTooLong }]) => {
      const old = bounds.get(name);
      return old.fits === fits && old.isTooLong === isTooLong;
    });
    bounds = next;
    if (isStuck) break;
  }
  tellLengths(trial, bounds);
}

function tellLengths({ observe }, bounds) {
  const said = new Map();
  for (const [name, { fits, isTooLong, isCut }] of bounds) {
    const characters = `${fits} characters${isCut ? ", and longer texts are cut" : ""}`;
    let text = fits >= LONGEST_TEXT ? `${LONGEST_TEXT} characters or more` : characters;
    if (isTooLong - fits > 1 && fits < LONGEST_TEXT) text = "not known";
    said.set(text, [...(said.get(text) ?? []), name]);
  }
  for (const [text, names] of said) observe("lengths", `${listed(names)}: ${text}`);
}

async function tryMerge(trial) {
  const [master, other] = trial.made.slice(-2);
  if (other === undefined) return trial.observe("merge", "was not tried: there were no two customers");
  const body = { [inUse(trial, "masterCustomerId")]: master, [inUse(trial, "customerIdsToMerge")]: [other] };
  const { status, body: merged } = await write(trial, inUse(trial, "mergePath"), body, inUse(trial, "mergeMethod"));
  const isDone = status === OK && merged?.Id === master;
  trial.observe("merge", isDone ? "answers with the master" : `of two customers is answered with ${status}`);
}

async function deleteAll(trial) {
  const { made, findings, observe, trouble } = trial;
  const ids = inUse(trial, "customerIds");
  const path = inUse(trial, "markForDeletionPath");
  const spare = { isLast: true };
  try {
    let answer = await write(trial, path, { [ids]: [...made, NOBODY] }, "POST", spare);
    // One that knows no skipping refuses the Id of nobody.
    if (answer.status !== OK) answer = await write(trial, path, { [ids]: made }, "POST", spare);
    const slots = trial.guesses.filter(({ of }) => of === "DeletionOutcome");
    if (answer.status !== OK) return leftBehind(trouble, made.length, `the server answers ${answer.status}`);
    const judged = judgeDeletion(slots, answer.body, made);
    findings.setAll(judged);
    const [[, { verdict }]] = judged;
    if (verdict === UNKNOWN) return leftBehind(trouble, made.length, "the server does not say whom it has marked");
    observe("deletion", "of the trial's customers is scheduled");
  } catch {
    leftBehind(trouble, made.length, "the server did not answer");
  }
}

function leftBehind(trouble, count, why) {
  trouble(
    `${count} customers of the trial are not marked for deletion (${why}): their e-mail addresses begin with dinerkit-probe-`,
  );
}
