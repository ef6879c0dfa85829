/** For the probe: compares the vendor's specification with `openapi.yaml`, path by path and member by member. Pure. */
import { contract, membersIn, resolved } from "./contract.js";
import { judgeMembers } from "./members.js";
import { fits, listed } from "./shape.js";
import { operationsIn } from "./spec-model.js";
import { BODY_OF_401, valuesOf } from "./subjects.js";
import { UNKNOWN, confirmed, contradicted, unknown } from "./verdicts.js";

const SPEC = "the specification";
/** The guessed paths, with what such an operation is about. */
const GUESSED = {
  mergeCustomers: { key: "mergePath", about: /merg|combin/i },
  unsubscribeCustomers: { key: "unsubscribePath", about: /unsubscrib|opt.?out/i },
  markCustomersForDeletion: { key: "markForDeletionPath", about: /delet|remov|eras/i },
};

/** Compares documents with the contract; `run` gets the findings and observations. */
export function compareSpec(run, documents) {
  const theirs = operationsIn(documents);
  let count = 0;
  for (const ours of operationsOfContract()) {
    const found = counterpart(run, ours, theirs);
    if (!found) continue;
    count += 1;
    const { request, answer } = schemasOf(ours);
    if (request) compareSchema(run, request, found.request());
    if (answer) compareSchema(run, answer, found.answer());
    const refusal = found.refusal();
    if (refusal) run.findings.set(BODY_OF_401, judgeRefusal(refusal));
  }
  if (count === 0) run.trouble(`${SPEC} has none of the operations that dinerkit uses: is it of another API?`);
  run.observe("specification", `has ${count} of the ${operationsOfContract().length} operations that dinerkit uses`);
}

function operationsOfContract() {
  return Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.operationId)
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation, id: operation.operationId })),
  );
}

/** A path below the restaurant's own, with nothing in its braces, in lower case. */
export function tailOf(path) {
  const plain = path
    .replaceAll(/\{[^}]*\}/g, "{}")
    .replaceAll(/\/{2,}/g, "/")
    .replace(/\/$/, "");
  return plain
    .replace(/^.*\/restaurants?\/\{\}\//i, "")
    .replace(/^\/?\{\}\//, "")
    .replace(/^\//, "");
}

/** Whether two paths are the same. Below a restaurant they must be so as a whole: `Setup` is not `Customers/Setup`. */
function isSamePath(theirs, ours) {
  const [one, other] = [theirs.toLowerCase(), ours.toLowerCase()];
  return one === other || (/^api\/jwt\//.test(other) && one.includes("/") && other.endsWith(`/${one}`));
}

/** The vendor's operation that one of ours is, and the findings about its path and method. */
function counterpart(run, { id, method, path }, theirs) {
  const tail = tailOf(path);
  const guessed = GUESSED[id];
  const inUse = guessed && run.guesses.find(({ key }) => key === guessed.key).inUse;
  const here = theirs.filter((one) => isSamePath(tailOf(one.path), inUse ?? tail));
  const merge = run.guesses.find(({ key }) => key === "mergeMethod").inUse;
  const wantedMethod = id === "mergeCustomers" ? merge : method;
  const same = here.find((one) => one.method === wantedMethod);
  if (!guessed) {
    const subject = `${method} ${tail}`;
    if (same) run.findings.set(subject, confirmed(`${SPEC} has it`));
    else if (here.length === 1 && !isSharedPath(path)) {
      run.findings.set(subject, contradicted(`${SPEC} has ${here[0].method} there`));
    } else run.findings.set(subject, unknown(`${SPEC} lacks it`));
    return same;
  }
  const isWrite = ({ method }) => method !== "GET";
  const about = theirs.filter((one) => isWrite(one) && guessed.about.test(one.path) && isOfCustomers(one));
  const told = theirs.filter((one) => isWrite(one) && guessed.about.test(one.words) && isOfCustomers(one));
  const found = same ?? here.find(isWrite) ?? only(about) ?? only(told);
  tellPath(run, guessed.key, inUse, found, here.includes(found));
  if (id === "mergeCustomers") tellMethod(run, merge, found);
  else if (found && found.method !== "POST") run.observe(guessed.key, `${SPEC} has ${found.method} there, not POST`);
  return found;
}

/** Our contract has two operations at some paths. */
const isSharedPath = (path) => Object.values(contract.paths[path]).filter((one) => one.operationId).length > 1;
const isOfCustomers = ({ path }) => /customer/i.test(path);
const only = (list) => (list.length === 1 ? list[0] : undefined);

function tellPath(run, key, inUse, found, isHere) {
  if (!found) return run.findings.set(key, unknown(`${SPEC} lacks it, and has no other that is surely meant`));
  if (isHere) return run.findings.set(key, confirmed(`${SPEC} has it`));
  const path = tailOf(found.path);
  const isUsable = path.split("/").every((segment) => /^[A-Za-z\d_-]+$/.test(segment));
  const finding = isUsable
    ? contradicted(`${SPEC} has ${path} in its place`, path)
    : contradicted(`${SPEC} has another path`);
  run.findings.set(key, finding);
}

function tellMethod(run, inUse, found) {
  if (!found) return run.findings.set("mergeMethod", unknown(`${SPEC} lacks the merge`));
  const { method } = found;
  if (method === inUse) return run.findings.set("mergeMethod", confirmed(`${SPEC} has it`));
  run.findings.set(
    "mergeMethod",
    contradicted(`${SPEC} has ${method}`, /^(POST|PUT)$/.test(method) ? method : undefined),
  );
}

/** The names of the schemas of our operation's request and answer. */
function schemasOf({ operation }) {
  const nameOf = (schema) => schema?.$ref?.split("/").at(-1);
  const body = resolved(operation.requestBody);
  const answer = resolved(operation.responses["200"]);
  const json = (holder) => holder?.content?.["application/json"]?.schema;
  return { request: nameOf(json(body)), answer: nameOf(json(answer)) };
}

/** Compares a schema of the contract with the vendor's, and the items of the lists in it. */
function compareSchema(run, name, shape) {
  if (!shape?.members) return run.observe(name, `${SPEC} does not say what it holds`);
  const { findings, asExpected, news, wireOf } = judgeMembers(name, run.guesses, shape.members, SPEC, true);
  for (const [subject, finding] of findings) tellOnce(run, name, subject, finding);
  if (asExpected > 0) run.observe(name, `${asExpected} members are as expected`);
  if (news.length > 0) run.observe(name, `has more than is known: ${listed(news)}`);
  for (const { name: own, schema } of membersIn(name)) {
    const theirs = shape.members.get(wireOf(own));
    if (!theirs) continue;
    compareValues(run, name, own, schema, theirs);
    compareLengths(run, name, own, schema, theirs);
  }
  compareRequired(run, name, shape);
  if (name === "CustomerSetup") {
    const items = shape.members.get(wireOf("CustomFields"))?.items;
    if (items?.members) compareSchema(run, "CustomField", items);
  }
  for (const nested of ["Address", "CustomerType", "CustomerOptions"]) {
    const theirs = shape.members.get(nested);
    if (/^Customer(Request)?$/.test(name) && theirs?.members) compareSchema(run, nested, theirs);
  }
}

/** `customerIds` stands for two operations: the gateway can't be told a name of each. */
function tellOnce({ findings, observe }, schema, subject, finding) {
  const known = findings.get(subject);
  if (schema !== "DeletionRequest" || subject !== "customerIds" || !known || known.verdict === UNKNOWN) {
    return findings.set(subject, finding);
  }
  if (known.right !== finding.right) observe(subject, "has another name in a deletion than in an unsubscription");
}

function compareValues(run, schemaName, name, schema, { values, items }) {
  const theirs = values ?? items?.values;
  const ours = schema.examples;
  const subject = valuesOf(schemaName, name);
  if (!theirs) {
    if (ours) run.findings.set(subject, unknown(`${SPEC} names no values`));
    return;
  }
  const isSame = ours?.length === theirs.length && ours.every((value) => theirs.includes(value));
  if (isSame) run.findings.set(subject, confirmed(`${SPEC} names the same`));
  else if (ours)
    run.findings.set(subject, contradicted(`${SPEC} names ${listed(theirs)}, and dinerkit knows ${ours.join(", ")}`));
  else run.observe(subject, `are ${listed(theirs)}`);
}

const BOUNDS = ["minLength", "maxLength", "minItems", "maxItems"];

function compareLengths(run, schemaName, name, schema, theirs) {
  for (const bound of BOUNDS.filter((bound) => theirs[bound] !== undefined)) {
    const about = `${schemaName}.${name} ${bound}`;
    const ours = schema[bound];
    if (ours === undefined) run.observe(about, `is ${theirs[bound]}; dinerkit knows none`);
    else if (ours === theirs[bound]) run.findings.set(about, confirmed(`${SPEC} has ${ours} too`));
    else run.findings.set(about, contradicted(`${SPEC} has ${theirs[bound]}, dinerkit ${ours}`));
  }
}

function compareRequired(run, name, { required }) {
  if (required.length > 0) run.observe(name, `needs ${listed(required)}`);
}

function judgeRefusal({ members }) {
  if (!members) return unknown(`${SPEC} does not say what it holds`);
  const message = members.get("Message");
  if (message && fits(message, ["text"])) return confirmed(`${SPEC} has an envelope with Message`);
  return contradicted(`${SPEC} has ${listed([...members.keys()])} instead of Message`);
}
