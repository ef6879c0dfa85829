/** For programs with many rows: `checkMany`, with the function that loads its module. */
import { compiled } from "../instance.js";
import { once } from "../load.js";
import { knownOnly } from "../names.js";
import { read } from "../source.js";
import { CheckedRows } from "./checked-rows.js";
import { optionsOf } from "./options.js";
import { Run } from "./run.js";
import { chunksOf } from "./source.js";

/** The compiled module, from what `init` takes. */
const moduleOf = (given) => ({}).toString.call(given) === "[object WebAssembly.Module]" ? given : compiled(given);

/**
 * The functions of an entry. `module` and `phones` each return the file's bytes, or the compiled module. `startWorker`
 * starts a worker; without it there are none.
 */
export function bulkOf({ module, phones, startWorker }) {
  /** What was loaded. */
  let parts;

  const init = once(async (given = {}) => {
    knownOnly(given, ["module", "phones"]);
    const [code, table] = await Promise.all([
      moduleOf(given.module ?? (await module())),
      read(given.phones ?? phones(), "init"),
    ]);
    parts = { module: code, phones: new Uint8Array(table.bytes), refusePhones: table.refuse };
  });

  async function load() {
    await init();
    return parts;
  }

  function checkMany(source, given) {
    const options = optionsOf(given, startWorker !== undefined);
    const chunks = chunksOf(source);
    return new CheckedRows(new Run({ load, startWorker, chunks, options }));
  }

  return { init, checkMany };
}
