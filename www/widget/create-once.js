/**
 * For the widget: one customer, whatever was sent before under the same key. What the gateway answers decides what is
 * asked next; asking is the caller's.
 */
import { changesBetween } from "./changes.js";
import { isOfOtherDetails, isRefusedForGood } from "./next-step.js";

/**
 * Asks for a customer of `request`. If the key was used before for other details, the requests of `earlier` are asked
 * for again, until it is known which of them the key belongs to. Resolves to the last `answer` of `post`, and the
 * request that was `made` if it holds a customer.
 */
export async function createOnce(request, earlier, post) {
  let made = request;
  let answer = await post(request);
  for (const old of earlier) {
    if (!isOfOtherDetails(answer)) break;
    [made, answer] = [old, await post(old)];
    // Then the key is free for the new details.
    if (isRefusedForGood(answer)) [made, answer] = [request, await post(request)];
  }
  return { made, answer };
}

/**
 * What is left to do for a customer of `request`, who was created as `created`, `{ Id, Capability, request }`: undefined
 * if there is nothing; else `changes`, and `canEdit` if the gateway lets the guest write them.
 */
export function whatIsLeft({ Capability, request: made }, request) {
  const changes = changesBetween(made, request);
  return Object.keys(changes).length ? { changes, canEdit: Boolean(Capability) } : undefined;
}
