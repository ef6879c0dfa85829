/** For the tests of the forms: a guest, and what a guest does on a page. */
import { STEP_MS, tabTo } from "./browser.mjs";

/** A guest whose name is not plain ASCII and whose number is typed as people write it. */
export const GUEST = {
  FirstName: "Zoë",
  Surname: "O’Brien-Łukasz",
  Email: "zoe.obrien@example.com",
  Mobile: "07700 900123",
};

/** The same guest as the remote API must have it. */
export const GUEST_RECORD = { ...GUEST, MobileCountryCode: 44, Mobile: "7700900123" };

/** Opens the demo of a microsite and waits until its form is loaded, with its Setup and the rules. */
export async function openForm(page, site, microsite = "oak-and-salt") {
  await page.addInitScript(() => document.addEventListener("diner-ready", () => (globalThis.isReady = true)));
  await page.goto(`${site.demo ?? site.url}?microsite=${microsite}`);
  await page.waitForFunction(() => globalThis.isReady);
}

/** Fills the form in by keyboard alone: text is typed, a box is ticked with the space bar. */
export async function typeGuest(page, guest) {
  for (const [name, value] of Object.entries(guest)) {
    await tabTo(page, name);
    if (value === true) await page.keyboard.press("Space");
    else await page.keyboard.type(value);
  }
}

/** The next of the widget's final events: `{ type, Id?, isChanged?, issues?, code?, outcome?, mayHaveArrived? }`. Call it before the act that causes one. */
export function nextEnd(page, patienceMs = STEP_MS) {
  return page.evaluate(
    (ms) =>
      new Promise((resolve, reject) => {
        const ends = ["diner-created", "diner-invalid", "diner-error"];
        setTimeout(() => reject(new Error(`none of ${ends.join(", ")} within ${ms} ms`)), ms);
        for (const type of ends) {
          const answer = ({ detail: { Id, receipts, isChanged, issues, error, mayHaveArrived } }) =>
            resolve({
              type,
              Id,
              receipts,
              isChanged,
              issues,
              code: error?.code,
              outcome: error?.outcome,
              mayHaveArrived,
            });
          document.addEventListener(type, answer, { once: true });
        }
      }),
    patienceMs,
  );
}
