/**
 * For the package's widget: the rules of `dinerkit` itself if the page uses it as well. The page then loads one module.
 */
import { VERSION } from "../../pkg/dist/fields.js";

/**
 * The rules, as `loadRules` gives them; undefined if the page does not use `dinerkit`, or another version of it.
 */
export function rulesOfPage() {
  const { version, ...ofPage } = globalThis[Symbol.for("dinerkit")] ?? {};
  return version === VERSION ? rulesOf(ofPage) : undefined;
}

async function rulesOf({ init, checkCustomer, inspectPhone, formatPhone, loadPhones, loadPhoneFormats }) {
  await init();
  return {
    check: (draft, setup, locale) => checkCustomer(draft, { setup, locale }),
    inspectPhone,
    formatPhone: (code, typed) => formatPhone(code, typed).text,
    phones: Promise.all([loadPhones(), loadPhoneFormats()]),
  };
}
