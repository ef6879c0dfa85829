/** For all that takes names: one that is not known is refused, because a typing error would go unnoticed. */

/** How alike two names are: the part of the longer one's letters that the other has too. */
function likeness(one, other) {
  let rest = other.toLowerCase();
  for (const letter of one.toLowerCase()) rest = rest.replace(letter, "");
  return (other.length - rest.length) / Math.max(one.length, other.length);
}

/** A name as errors tell it. Whoever mixes up arguments gives a value as a name: no address and no number is told. */
export const told = (name) => (/^[a-z_.]{1,40}$/i.test(name) ? name : "a name");

/** The end of an error about a name that is none of `known`: the name, and the known one that was probably meant. */
export function meant(name, known) {
  // Less alike are also names that differ in a word, such as those of the two phone numbers.
  const LIKE = 0.8;
  const near = known.find((other) => likeness(name, other) >= LIKE);
  return told(name) + (near ? `: did you mean ${near}?` : "");
}

const { hasOwnProperty } = Object.prototype;

/** True for a member of the object's own. */
export const isOwn = (object, name) => hasOwnProperty.call(object, name);

/** The names of an object's own members. A page's `Object.prototype` may have members that every object seems to have. */
export function ownNames(object) {
  const names = [];
  for (const name in object) if (isOwn(object, name)) names.push(name);
  return names;
}

/** Throws a TypeError if `options` have a name that is none of `known`. */
export function knownOnly(options, known) {
  for (const name of ownNames(options)) {
    if (!known.includes(name)) throw new TypeError(`options takes no ${meant(name, known)}`);
  }
}
