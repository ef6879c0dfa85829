/**
 * For the widget: what the guest is told of a send that did not simply succeed, as names of the locales' texts. Decisions
 * only. The form keeps the names, so that a change of language tells the same.
 */
import { isNotConfirmed, isOfOtherDetails, isRefusal } from "./next-step.js";

/** What stays true of a send whose end is not known, whatever a later one meets. */
const STAYS = ["noAnswer", "unknown", "sentBefore", "tellRestaurant"];

/** Of a create that failed. `before` is what was told of an earlier one whose end is not known; empty without one. */
export function toldOfCreate(answer, before) {
  if (isOfOtherDetails(answer)) return ["sentBefore", "tellRestaurant"];
  if (isNotConfirmed(answer)) return ["unknown"];
  const refused = isRefusal(answer) ? ["refused"] : ["notSent"];
  const stays = before.filter((name) => STAYS.includes(name));
  const isOpen = answer.isUnknown || !(isRefusal(answer) || answer.isUnsent);
  const known = isOpen ? ["noAnswer"] : stays.length ? stays : refused;
  return answer.isOffline ? ["offline", ...known] : known;
}

/** Of a change of a customer that the restaurant has, if the change could not be sent. */
export const toldOfEdit = (answer) => [...(answer.isOffline ? ["offline"] : []), "sentFirst", "tellRestaurant"];

/** The same once there is a network again. */
export const toldOnline = (told) =>
  told[0] === "offline" ? ["online", ...told.slice(1).filter((name) => name !== "notSent")] : told;

/** The name of the button's text: what the button then does. */
export function actOf(told) {
  if (told.includes("sentFirst")) return "sendChange";
  return STAYS.some((name) => told.includes(name)) ? "retry" : "send";
}
