/**
 * For the probe: what it asks without writing anything. Each answer goes to a decision of its own: `members.js` for those
 * with a body, `routes.js` for the others.
 */
import { Unreachable } from "./asker.js";
import { METHOD, PATH, PATHS } from "./guesses.js";
import { judgeMembers } from "./members.js";
import { NOT_FOUND, judgeMethod, judgePath, learn, place } from "./routes.js";
import { fits, joined, listed, shapeOf } from "./shape.js";
import { BODY_OF_401 } from "./subjects.js";
import { UNKNOWN, confirmed, contradicted, unknown } from "./verdicts.js";

const OK = 200;
const UNAUTHORISED = 401;
/** A path that no API has. */
const MADE_UP = "DinerkitProbeNoSuchPath";
const MOST_SETUPS = 5;

export const SETUP = "Customers/Setup";
export const CUSTOMER = "Customer";

/** Where an operation of a restaurant is. */
export const pathOf = (microsite, path) => `/api/ConsumerApi/v1/Restaurant/${encodeURIComponent(microsite)}/${path}`;

/** Signs in; returns the token. */
export async function signIn({ ask }, { authentication, credentials: { username, password } }) {
  const isOlder = authentication === "token";
  const path = isOlder ? "/api/Jwt/Token" : "/api/Jwt/v2/Authenticate";
  const answer = await ask(path, { method: "POST", body: { Username: username, Password: password } });
  const { status, body, isPage } = answer;
  const token = isOlder ? body : body?.Status === "Success" ? body.Token : undefined;
  if (status === OK && typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
  if (isPage) throw new Unreachable({ code: "blocked", isSigningIn: true });
  const isRefused = status !== OK || (!isOlder && typeof body?.Status === "string");
  throw new Unreachable({ code: isRefused ? "http" : "protocol", status, isSigningIn: true });
}

/** A documented call that needs nothing but the account. */
export async function readConnection({ ask, token, observe }) {
  const { status, isPage } = await ask("/api/ConsumerApi/v1/Restaurants", { token });
  const said = status === OK && !isPage ? "answers" : `is answered with ${isPage ? "a web page" : status}`;
  observe("connection", `the documented call /Restaurants ${said}`);
}

/** Asks for a path that nobody has. Returns the answer, and whether the server has every path. */
export async function readMadeUp(probe) {
  const answer = await askMadeUp(probe, "Customers/");
  const { isOpen, why } = learn(answer, { status: 0, allow: [] });
  if (isOpen) probe.trouble(`${why}: none of its answers confirms anything`);
  else if (answer.isPage && answer.status !== NOT_FOUND) probe.trouble(`${why}: a web page stands before the API`);
  return { answer, isOpen: isOpen || (answer.isPage && answer.status !== NOT_FOUND) };
}

const askMadeUp = ({ ask, token, microsite }, parent) => ask(pathOf(microsite, `${parent}${MADE_UP}`), { token });

/** What a request without a token is told. */
export async function readRefusal({ ask, microsite, findings, observe }) {
  const { status, body, isPage, challenge } = await ask(pathOf(microsite, SETUP));
  if (status !== UNAUTHORISED) {
    observe("401", `a request without a token is answered with ${status}`);
    return findings.set(BODY_OF_401, unknown(`a request without a token is answered with ${status}`));
  }
  observe("401", challenge ? `names the scheme ${challenge}` : "names no scheme in WWW-Authenticate");
  findings.set(BODY_OF_401, judgeRefusal(body, isPage));
}

/** A finding about the body of a 401. */
export function judgeRefusal(body, isPage) {
  const { members } = shapeOf(body ?? null);
  if (isPage) return contradicted("it is a web page, not an envelope with Message");
  if (!members) return contradicted(body === undefined ? "it is no JSON" : "it is no envelope with Message");
  const message = members.get("Message");
  if (message && fits(message, ["text"])) return confirmed("it is an envelope with Message");
  return contradicted(`it has ${listed([...members.keys()])} instead of Message`);
}

/** Reads the Setups of some restaurants, until all their names are known. */
export async function readSetups(probe, microsites) {
  const { ask, token, trouble, findings } = probe;
  let whole;
  let count = 0;
  for (const [index, microsite] of microsites.slice(0, MOST_SETUPS).entries()) {
    const answer = await ask(pathOf(microsite, SETUP), { token });
    probe.limits(answer);
    const shape = shapeOf(answer.body ?? null, microsite);
    if (answer.status === OK && shape.members) {
      probe.microsite = count === 0 ? microsite : probe.microsite;
      count += 1;
      whole = whole ? joined(whole, shape) : shape;
      findings.setAll(judgeSetup(whole, probe.guesses).findings);
      if (!isOpen(findings, probe.guesses)) break;
    } else {
      trouble(failureOf(answer, index));
      if (answer.isPage) break;
    }
  }
  probe.observe("Setup", count === 1 ? "that of one restaurant was read" : `those of ${count} restaurants were read`);
  if (whole) tell(probe, "CustomerSetup", judgeSetup(whole, probe.guesses));
}

function failureOf({ status, isPage }, index) {
  const which = `the Setup of microsite ${index + 1}`;
  if (isPage) return `${which} is a web page: the address that this machine goes out with may not be allow-listed`;
  if (status === NOT_FOUND) return `${which} does not exist: check the microsite's name`;
  return status === OK ? `${which} is no JSON object` : `${which} is answered with ${status}`;
}

const isOfSetup = ({ of }) => of === "CustomerSetup" || of === "CustomField";
const isOpen = (findings, guesses) =>
  guesses.filter(isOfSetup).some(({ key }) => findings.get(key)?.verdict === UNKNOWN);

/** What the shape of one Setup, or of several together, says: findings, and what was seen besides. */
function judgeSetup({ members }, guesses) {
  const setup = judgeMembers("CustomerSetup", guesses, members, "the Setup");
  const items = members.get(setup.wireOf("CustomFields"))?.items?.members;
  const ofField = guesses.filter(({ of }) => of === "CustomField");
  const fields = items ? judgeMembers("CustomField", guesses, items, "a custom field").findings : ofField.map(noField);
  return { ...setup, findings: [...setup.findings, ...fields] };
}

const noField = ({ key }) => [key, unknown("no restaurant that was read has custom fields: --microsite names another")];

/** Reads one customer, of which only names and types are kept. */
export async function readCustomer(probe, id) {
  const { ask, token, microsite, trouble } = probe;
  const answer = await ask(pathOf(microsite, `${CUSTOMER}/${id}`), { token });
  const shape = shapeOf(answer.body ?? null);
  if (answer.status !== OK || !shape.members) {
    const why = answer.isPage ? "a web page" : answer.status === OK ? "something else than a customer" : answer.status;
    return trouble(`the customer of --customer is answered with ${why}: give the Id of one in the restaurant's group`);
  }
  tellCustomer(probe, shape);
}

/** Notes what the shape of a customer says. */
export function tellCustomer(probe, { members }) {
  probe.isCustomerRead = true;
  tell(probe, "Customer", judgeMembers("Customer", probe.guesses, members, "a customer"));
}

function tell({ findings, observe }, schema, { findings: found, asExpected, absent, news }) {
  findings.setAll(found);
  observe(schema, `${asExpected} members are as expected`);
  if (absent.length > 0) observe(schema, `lacks ${listed(absent)}`);
  if (news.length > 0) observe(schema, `has more than is known: ${listed(news)}`);
}

/** Learns how the server speaks of paths, and asks for the guessed ones and, where they are not, for others. */
export async function readRoutes(probe, madeUp) {
  const { ask, token, microsite, guesses, findings, observe } = probe;
  const known = await ask(pathOf(microsite, CUSTOMER), { token, isRead: false });
  const learnt = learn(madeUp, known);
  observe("paths", learnt.isTelling ? "a path that is not there is 404, a wrong method 405" : learnt.why);
  const paths = guesses.filter(({ of }) => of === PATH);
  if (!learnt.isTelling) {
    for (const { key } of [...paths, ...guesses.filter(({ of }) => of === METHOD)]) {
      findings.set(key, unknown(learnt.why));
    }
    return;
  }
  const siblings = new Map([["Customers/", madeUp]]);
  const placeOf = async (path) => {
    const parent = path.replace(/[^/]*$/, "");
    if (!siblings.has(parent)) siblings.set(parent, await askMadeUp(probe, parent));
    const answer = await ask(pathOf(microsite, path), { token, isRead: false });
    return { answer, where: place(answer, siblings.get(parent)) };
  };
  for (const { key, inUse } of paths) {
    const here = await placeOf(inUse);
    const others = PATHS[key].filter((path) => path !== inUse);
    const other = here.where === "there" ? undefined : await firstThere(others, placeOf);
    const finding = judgePath(here.where, other?.path, others.length);
    findings.set(key, finding);
    if (finding.right ?? here.where === "there") judgeMethods(probe, key, other?.answer ?? here.answer, learnt);
  }
}

async function firstThere(paths, placeOf) {
  for (const path of paths) {
    const { answer, where } = await placeOf(path);
    if (where === "there") return { path, answer };
  }
  return undefined;
}

/** Of the merge the method is a guess; the others are known to take POST. */
function judgeMethods({ guesses, findings, observe }, key, answer, learnt) {
  const merge = guesses.find(({ key }) => key === "mergeMethod");
  if (key === "mergePath") return findings.set(merge.key, judgeMethod(merge.inUse, answer, learnt));
  const { verdict, why } = judgeMethod("POST", answer, learnt);
  if (verdict === "contradicted") observe(key, `${why}, not POST`);
}
