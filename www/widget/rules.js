/**
 * For the widget: the rules, from the guest's WebAssembly module, or from the package's own module if the page uses
 * `dinerkit` as well: then the page loads one module.
 */
import * as guest from "../../pkg/dist/guest.js";
import { version } from "../../pkg/package.json";
import { today } from "./field.js";

/** How long the form waits for the rules. After that, the gateway alone applies them. */
export const PATIENCE_MS = 10_000;

/**
 * Loads the rules. `files` has the functions `module` and `tables`, which each resolve to a Response.
 *
 * Resolves to `check(draft, setup)`, which returns `{ value, issues }`; `inspectPhone` and `formatPhone`, as in the
 * package; and `phones`, a promise that ends once the tables of phone numbers are there. Rejects with the reason why
 * there are no rules.
 */
export function loadRules(files) {
  const ofPage = globalThis[Symbol.for("dinerkit")];
  loading ??= (ofPage?.version === version ? rulesOfPackage(ofPage) : rulesOfGuest(files)).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The rules of all forms of the page. After a failure, the next form that is loaded tries again. */
let loading;

async function rulesOfPackage({ init, checkCustomer, inspectPhone, formatPhone, loadPhones, loadPhoneFormats }) {
  await init();
  return {
    check: (draft, setup) => checkCustomer(draft, { setup }),
    inspectPhone,
    formatPhone: (code, typed) => formatPhone(code, typed).text,
    phones: Promise.all([loadPhones(), loadPhoneFormats()]),
  };
}

async function rulesOfGuest(files) {
  // Asked for at the same time: the tables are of no use without the module, but waiting for it would take longer.
  const tables = files.tables();
  tables.catch(() => {});
  const bytes = async (response) => new Uint8Array(await (await response).arrayBuffer());
  await guest.default(await bytes(files.module()));
  return {
    check: (draft, setup) => guest.ask("checkCustomer", draft, { setup, today: today() }),
    inspectPhone: (code, typed) => guest.ask("inspectPhone", code, typed),
    formatPhone: (code, typed) => guest.ask("formatPhone", code, typed, typed.length)?.text ?? typed,
    phones: bytes(tables).then((tables) => {
      if (!guest.takeTables(tables)) throw new TypeError("the phone tables are of another version");
    }),
  };
}
