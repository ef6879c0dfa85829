/**
 * For `cargo xtask demo --check`: books a guest through the widget by keyboard alone and looks for the customer in the
 * sandbox's database. DEMO_URL is the running site, DB its sandbox's database. Prints one line of JSON; exits with 1
 * when the guest is not there as typed.
 */
import { launch, openPage, tabTo } from "../support/browser.mjs";
import { GUEST, GUEST_RECORD, nextEnd, openForm, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";

const { DEMO_URL, DB } = process.env;
if (!DEMO_URL || !DB) {
  console.error("set DEMO_URL and DB; `cargo xtask demo --check` does");
  process.exit(2);
}

const CONSENT = "ReceiveRestaurantEmailMarketing";
const expected = { ...GUEST_RECORD, [CONSENT]: true };

const endings = [];
try {
  const browser = await launch({ after: (end) => void endings.push(end) });
  const { page } = await openPage(browser);
  await openForm(page, { demo: new URL("/demo/", DEMO_URL).href });
  await typeGuest(page, { ...GUEST, [CONSENT]: true });
  await tabTo(page, "Send my details");
  const end = nextEnd(page);
  await page.keyboard.press("Enter");
  const { type, Id, issues, code } = await end;
  if (type !== "diner-created") throw new Error(`the form was not sent: ${code ?? JSON.stringify(issues)}`);

  const record = (await stored(DB)).find(({ id }) => id === Id)?.record ?? {};
  const wrong = Object.keys(expected).filter((name) => record[name] !== expected[name]);
  console.log(JSON.stringify({ created: Id, stored: wrong.length === 0, ...(wrong.length && { wrong }) }));
  process.exitCode = wrong.length ? 1 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const end of endings) await end();
}
