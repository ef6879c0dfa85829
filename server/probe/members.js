/** For the probe: compares the members of an answer with what dinerkit expects there. Pure. */
import { membersIn } from "./contract.js";
import { assign, isSpelling, likeness, likenessOfWords } from "./likeness.js";
import { fits, shownName, typesOf } from "./shape.js";
import { CONFIRMED, CONTRADICTED, confirmed, contradicted, unknown } from "./verdicts.js";

/** How sure a member is to be what a guess is about: a value that tells it counts most, then the name itself. */
const SIGN = 0.85;
const SAME = 0.8;
/** The name itself, where the value should tell what it is for and does not. */
const SAME_WITHOUT_SIGN = 0.75;
const LIKE = 0.7;
const AGAINST = 0.3;

/** How well a member fits a guess, from 0 to 1. */
export function score(guess, name, shape) {
  if (!fits(shape, guess.types)) return 0;
  const isSigned = guess.sign !== undefined && shape.kinds.has(guess.sign);
  const isSame = name === guess.inUse;
  if (guess.isTold && !isSigned && !isSame && tells(shape)) return 0;
  const like = Math.max(likeness(name, guess), likenessOfWords(shape.about, guess));
  let found = LIKE * like;
  if (isSame) found = guess.sign && tells(shape) ? SAME_WITHOUT_SIGN : SAME;
  if (isSigned) found = isSame ? 1 : SIGN + 0.1 * like;
  return guess.not && shape.kinds.has(guess.not) ? found * AGAINST : found;
}

/** Whether a value was seen that could have been a sign. */
const tells = (shape) => !shape.isOfSpec && (shape.types.has("text") || shape.items !== undefined);

/**
 * A verdict for each of `guesses` (with the name `inUse`) by the members of an object: `[[subject, finding]]`. `claimed`
 * are names that stand for something else; `where` is the object in words.
 */
function judgeNames(guesses, members, claimed, where, isWhole = false) {
  const candidates = [...members.keys()].filter((name) => shownName(name) && !claimed.includes(name));
  const found = assign(guesses, candidates, (guess, name) => score(guess, name, members.get(name)));
  return guesses.map((guess) => [guess.key, judgeName(guess, found.get(guess), members, where, isWhole)]);
}

function judgeName(guess, name, members, where, isWhole) {
  if (name === guess.inUse) return confirmed(`${where} has it`);
  if (name !== undefined) return contradicted(`${where} has ${name} in its place`, name);
  const shape = members.get(guess.inUse);
  const neither = `${where} has neither this nor a name that is like it`;
  if (!shape) return isWhole ? contradicted(neither) : unknown(neither);
  if (fits(shape, guess.types)) return unknown(`${where} has it, but its value belongs to something else`);
  return contradicted(`${where} has it, but as ${typesOf(shape)}, not as ${guess.types.join(" or ")}`);
}

/**
 * Compares the members of an object with a schema of the contract. `where` is the object in words; `isWhole` says that what it
 * lacks does not exist. Returns `findings` about the guesses among its members and about what contradicts the contract, the
 * number of members that are `asExpected`, the names of those that are `absent`, of those that are not known (`news`), and
 * `wireOf(name)`, the name of a member of the contract there.
 */
export function judgeMembers(schema, guesses, members, where, isWhole = false) {
  const own = guesses.filter(({ key, of }) => of === schema || (schema === "DeletionRequest" && key === "customerIds"));
  const known = membersIn(schema).filter(({ name }) => !own.some((guess) => guess.own === name));
  const claimed = known.map(({ name }) => name);
  const named = judgeNames(own, members, claimed, where, isWhole);
  const wire = new Map(own.map((guess, index) => [guess.own, named[index][1].right ?? guess.inUse]));
  const explained = [...claimed, ...wire.values()];
  const news = [...members.keys()].filter((name) => !explained.includes(name));
  const others = known.map((member) => judgeKnown(schema, member, members, news, where, isWhole));
  const isTold = (one) => one.isAssumed || one.finding.verdict === CONTRADICTED;
  return {
    findings: [...named, ...others.filter(isTold).map(({ subject, finding }) => [subject, finding])],
    asExpected: others.filter(({ finding }) => finding.verdict === CONFIRMED).length,
    absent: others.filter(({ isAbsent }) => isAbsent).map(({ name }) => name),
    news,
    wireOf: (name) => wire.get(name) ?? name,
  };
}

function judgeKnown(schema, { name, types, confidence }, members, news, where, isWhole) {
  const shape = members.get(name);
  const one = { name, subject: `${schema}.${name}`, isAssumed: confidence === "assumed", isAbsent: !shape };
  const spelt = news.find((other) => isSpelling(other, name) && shownName(other));
  if (!shape && spelt) return { ...one, finding: contradicted(`${where} has ${spelt} in its place`, spelt) };
  if (!shape) return { ...one, finding: isWhole ? contradicted(`${where} lacks it`) : unknown(`${where} lacks it`) };
  if (fits(shape, types)) return { ...one, finding: confirmed(`${where} has it`) };
  return { ...one, finding: contradicted(`${where} has it as ${typesOf(shape)}, not as ${types.join(" or ")}`) };
}
