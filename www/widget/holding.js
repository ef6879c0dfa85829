/**
 * For the widget: how it asks the page whether a request may be sent, by the event `diner-submit`. The page prevents the
 * send, or holds it until a promise of its own is settled.
 */
import { errorFrom } from "../../pkg/lib/errors.js";
import { EVENTS } from "./events.js";

/** Not sent, because of the page. */
const heldBack = (message, cause) => errorFrom({ code: "abort", message, outcome: "notSent" }, { cause });

/** The error of a send that the page prevented at once. The page knows, so that the guest is told nothing. */
export const prevented = () => heldBack("the page prevented the send");

/**
 * Asks the page, by `emit`, about a request, which the page may change. Returns false if the page prevents the send, true
 * if it may go on, or a promise while the page holds it, which rejects with a CustomerApiError if the page's does.
 */
export function askPage(emit, request) {
  const holds = [];
  let isDispatched = false;
  const waitUntil = (promise) => {
    if (isDispatched) throw new DOMException("call waitUntil before the listener returns", "InvalidStateError");
    holds.push(promise);
  };
  const isAllowed = emit(EVENTS.submit, { request, waitUntil }, true);
  isDispatched = true;
  if (!isAllowed || !holds.length) return isAllowed;
  return Promise.all(holds).then(
    () => true,
    (reason) => {
      throw heldBack("the page's promise for diner-submit was rejected", reason);
    },
  );
}
