/** For the widget: the rules, from the WebAssembly module of a guest's page. */
import * as guest from "../../pkg/dist/guest.js";
import { dateOrder, restaurantDay, today } from "../../pkg/lib/calendar.js";
import { jsonOf, parsed } from "../../pkg/lib/plain.js";

const ask = (...question) => parsed(guest.ask(jsonOf(question)));

/** The rules of all forms of the page. After a failure, the next form that is loaded tries again. */
let loading;

/**
 * Loads the rules. `files` has the functions `module` and `tables`, which each resolve to the bytes of a file.
 *
 * Resolves to `check(draft, setup, locale)`, which returns `{ value, issues }`, where `locale` is the language in which
 * dates are written; `inspectPhone` and `formatPhone`, as in the package, but the latter returns the text alone; and
 * `phones`, a promise that ends once the tables of phone numbers are there. Rejects with the reason why there are no rules.
 */
export function loadRules(files) {
  loading ??= rulesOfGuest(files).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function rulesOfGuest(files) {
  // Asked for at the same time, the module first: it judges an e-mail address without the tables, which are of no use
  // without the module, but waiting for it would take longer.
  const module = files.module();
  const tables = files.tables();
  tables.catch(() => {});
  await guest.default(await module);
  return {
    check(draft, setup, locale) {
      const day = today();
      const options = { setup, today: day, restaurantDay: restaurantDay({ setup }, day), dateOrder: dateOrder(locale) };
      return ask("checkCustomer", draft, options);
    },
    inspectPhone: (code, typed) => ask("inspectPhone", code, typed),
    formatPhone: (code, typed) => ask("formatPhone", code, typed, typed.length)?.text ?? typed,
    phones: tables.then((tables) => {
      if (!guest.takeTables(tables)) throw new TypeError("the phone tables are of another version");
    }),
  };
}
