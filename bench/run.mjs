/**
 * For `cargo xtask bench`: proves that all contenders give the same answers, then times them. Prints one line of JSON.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { compare, median } from "./compare.mjs";
import * as dinerkit from "./dinerkit.mjs";
import { emails, forms, phones, refusedForms } from "./inputs.mjs";
import * as valibot from "./valibot.mjs";
import * as zod from "./zod.mjs";

/** Ours first. */
const contenders = [dinerkit, zod, valibot];

/** How often a fresh process is started for each contender. */
const STARTS = 15;

/** A result as it would be sent: members that are undefined are none. */
const sent = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** A number's description in the words of libphonenumber-js. */
const described = ({ verdict, types, type = types?.[0], callingCode, national, e164 }) => ({
  verdict,
  type: type.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase().replace(/^(.*)$/, "$1"),
  callingCode: Number(callingCode),
  national,
  e164,
});

function check() {
  const [ours, ...others] = contenders;
  for (const other of others) {
    for (const form of forms) {
      assert.notEqual(ours.checkForm(form), undefined);
      assert.deepEqual(sent(other.checkForm(form)), sent(ours.checkForm(form)), other.name);
    }
    for (const email of emails) assert.equal(other.checkEmail(email), ours.checkEmail(email), other.name);
  }
  for (const contender of contenders) {
    for (const form of refusedForms) assert.equal(contender.checkForm(form), undefined, contender.name);
    assert.equal(contender.checkEmail("nobody"), undefined, contender.name);
  }
}
check();
const show = (name, times) => {
  const m = times.map(median);
  console.log(name.padEnd(8), m.map((ns) => `${Math.round(1e9 / ns)}/s`.padStart(12)).join(" "),
    others(times).map((r) => r.toFixed(2)).join(" "));
};
const others = ([own, ...rest]) => rest.map((times) => median(times.map((time, round) => time / own[round])));
show("form", compare(contenders.map((c) => c.checkForm), forms));
show("phone", compare(contenders.map((c) => ({callingCode, typed}) => c.inspectPhone(callingCode === undefined ? callingCode : c === dinerkit ? callingCode : String(callingCode), typed)), phones));
show("email", compare(contenders.map((c) => c.checkEmail), emails));
