/** For bench/run.mjs: dinerkit, called as its users call it. */
import init, { checkCustomer, inspectEmail, inspectPhone, loadPhones } from "dinerkit";
import { setup } from "./rules.mjs";

await init();
await loadPhones();

// The other contenders refuse a phone number that does not exist, so dinerkit refuses it too.
const options = { setup, strict: true };

export const name = "dinerkit";

export function checkForm(draft) {
  const { value, issues } = checkCustomer(draft, options);
  return issues.length === 0 ? value : undefined;
}

export function checkEmail(typed) {
  const { email, issues } = inspectEmail(typed);
  return issues.length === 0 ? email : undefined;
}

export { inspectPhone };
