/**
 * For whoever compares dinerkit with its peers: the texts of their own tests (zod's, validator.js' and the web platform's
 * of e-mail addresses, both libphonenumbers' of numbers), put to the rules of the packed package. Each answer that is
 * another than the peer's is in peers/differences.mjs, with what ours is and why; and nothing else is. Environment:
 * TARBALL.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Project } from "../support/project.mjs";
import { differences } from "./peers/differences.mjs";
import * as libphonenumberJs from "./peers/libphonenumber-js.mjs";
import * as libphonenumber from "./peers/libphonenumber.mjs";
import * as validator from "./peers/validator.mjs";
import * as whatwg from "./peers/whatwg.mjs";
import * as zod from "./peers/zod.mjs";

const GUEST = { Surname: "Lee", Email: "ann@example.com", Mobile: "+44 7400 123456" };

const project = await Project.install();
const { checkCustomer, loadPhones } = await project.dinerkit();
await loadPhones();

/** The code of the first error of a check, or nothing. */
const refusal = ({ issues }) => issues.find(({ severity }) => severity === "error")?.code;

/** What is said of an address: that of the peer, with `sent` where it says that, too, and ours. */
function ofEmail({ typed, answer, sent }) {
  const checked = checkCustomer({ ...GUEST, Email: typed });
  const code = refusal(checked);
  const { Email } = checked.value;
  const isSame = answer === (code ? "refused" : "accepted") && (code || sent === undefined || sent === Email);
  return { text: typed, answer, isSame, ours: code ?? (Email === typed ? "accepted" : `sends ${Email}`) };
}

/** What is said of a number that is typed where a region is chosen, by the peer and by the rules. */
const ofPhone =
  ({ callingCode }) =>
  ({ typed, region, answer }) => {
    const checked = checkCustomer({ ...GUEST, Mobile: typed, MobileCountryCode: callingCode(region) });
    const code = refusal(checked);
    const { MobileCountryCode, Mobile } = checked.value;
    const isDoubted = ({ code }) => ["phone_unknown", "phone_too_short"].includes(code);
    const verdict = checked.issues.some(isDoubted) ? "possible" : "valid";
    const ours = code ?? `${verdict} +${MobileCountryCode}${Mobile}`;
    return { text: region ? `${region} ${typed}` : typed, answer, isSame: answer === (code ? "refused" : ours), ours };
  };

/** Compares a peer's answers with ours. */
function compare(t, { name, strings }, ask) {
  const asked = strings.map(ask);
  const differing = asked.filter(({ isSame }) => !isSame);
  t.diagnostic(`${name}: ${strings.length} texts, ${strings.length - differing.length} answered alike`);
  const listed = differences[name].flatMap(({ ours, because, texts }) => {
    assert.match(because, /^\S.*\s.*[^.]$/u, `${name}: a difference needs its reason`);
    return texts.map((text) => [text, ours]);
  });
  assert.equal(new Set(listed.map(([text]) => text)).size, listed.length, `${name}: a text is listed twice`);
  const found = new Map(differing.map(({ text, ours, answer }) => [text, { ours, answer }]));
  const gone = listed.filter(([text, ours]) => found.get(text)?.ours !== ours);
  const unlisted = [...found].filter(
    ([text, { ours }]) => !listed.some(([each, said]) => each === text && said === ours),
  );
  assert.deepEqual({ unlisted, gone }, { unlisted: [], gone: [] });
}

for (const peer of [zod, validator, whatwg]) {
  test(`e-mail addresses of ${peer.name}'s tests are answered as there, but for the differences listed`, (t) => {
    compare(t, peer, ofEmail);
  });
}

for (const peer of [libphonenumber, libphonenumberJs]) {
  test(`numbers of ${peer.name}'s tests are answered as there, but for the differences listed`, (t) => {
    compare(t, peer, ofPhone(peer));
  });
}
