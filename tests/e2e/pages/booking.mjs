/**
 * For the tests of host pages: a whole booking, as a guest sees it. It relies on nothing but what can be seen and typed, so
 * that it works in a shadow root, a dialog and a frame, and in pages that replace their nodes.
 */
import assert from "node:assert/strict";
import { GUEST } from "../../support/guest.mjs";
import { SEND } from "../../support/widget.mjs";

const WRONG = "zoe.obrien@";

/**
 * Fills the form in, sends it with a mistake, mends it and sends it again, until the thanks stand in place of the form.
 *
 * `root` is the frame with the element. `surname` tells this booking's customer from others. `at(stage)` is called when
 * the form is "ready", when a field is "wrong" and when the "thanks" are there. Resolves once the last call has.
 */
export async function wholeBooking(root, { surname, at = () => {} }) {
  const field = (name) => root.locator(`diner-form [name="${name}"]`);
  const button = root.locator("diner-form .diner-button");
  // With the consents the whole form is there. The button is seen no later than they are.
  await field("ReceiveRestaurantEmailMarketing").first().waitFor();
  await button.waitFor();
  await at("ready");

  const guest = { ...GUEST, Surname: surname, Email: WRONG };
  for (const [name, value] of Object.entries(guest)) await type(field(name), value);
  // The page's own controls may be missing on a page that is about something else.
  const date = field("BookingDate");
  if (await date.count()) await date.fill("2027-01-15");
  await field("ReceiveRestaurantEmailMarketing").check();
  await button.press("Enter");
  await root.locator("diner-form .diner-summary a").waitFor();
  await root.locator("diner-form .diner-summary a").press("Enter");
  assert.equal(await isFocused(field("Email")), true, "the list of problems leads to the wrong field");
  assert.equal(await field("Email").getAttribute("aria-invalid"), "true");
  await at("wrong");

  await field("Email").fill(GUEST.Email);
  await root.locator('diner-form [name="Email"][aria-invalid="false"]').waitFor();
  assert.equal(await field("Surname").inputValue(), surname, "what was typed stays");
  assert.equal(await button.textContent(), SEND);
  await button.press("Enter");
  await root.locator("diner-form .diner-thanks").waitFor();
  await button.waitFor({ state: "hidden" });
  await field("Surname").waitFor({ state: "hidden" });
  await at("thanks");
}

/** Types a text key by key into a control that gets the focus. */
async function type(control, text) {
  await control.focus();
  await control.pressSequentially(text);
}

const isFocused = (control) => control.evaluate((node) => node.getRootNode().activeElement === node);
