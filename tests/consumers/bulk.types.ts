/** For TypeScript's compiler (`cargo xtask lint`): how programs read files of many rows, and what is refused. */
import type { CustomerRequest, FieldName, Issue } from "dinerkit";
import { checkMany, init } from "dinerkit/bulk";
import type { BulkLayout, CheckedRow, CheckManyOptions } from "dinerkit/bulk";

declare const file: File;
declare const bytes: Uint8Array;
/** As Node's streams are. */
declare const stream: AsyncIterable<Uint8Array>;
const { signal } = new AbortController();

// Every kind of source.
checkMany(file);
checkMany(file.stream());
checkMany(bytes);
checkMany(stream);
// @ts-expect-error A path is no file.
checkMany("guests.csv");

const options: CheckManyOptions = {
  setup: {},
  locale: "en-GB",
  strict: true,
  format: "csv",
  encoding: "windows-1252",
  delimiter: ";",
  map: { "E-Mail": "Email", Ort: "Address.Town", Tisch: null },
  duplicates: true,
  workers: 2,
  signal,
  onProgress: ({ bytes, rows, errors }) => void (bytes + rows + errors),
};
// @ts-expect-error A typing error in a field's name.
options.map = { Name: "Surnam" };
// @ts-expect-error Rows have no Dates.
options.dates = "local";

for await (const row of checkMany(file, options)) {
  row.value satisfies CustomerRequest | undefined;
  row.issues satisfies Issue[];
  row.other.Table satisfies string | undefined;
  if (row.isSendable) console.log(row.line, row.json);
  // @ts-expect-error A row is not for its reader to change.
  row.line = 1;
}
for await (const batch of checkMany(file).batches()) batch satisfies CheckedRow[];
checkMany(file).readable() satisfies ReadableStream<CheckedRow>;
const layout: BulkLayout = await checkMany(file).layout;
layout.columns.map(({ field }) => field) satisfies (FieldName | null)[];
await init({ module: "/bulk_bg.wasm" });
