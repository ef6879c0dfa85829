/** For the benchmarks: who takes part, with the file of each. The first ones are ours. */

/** Those that check forms. `dinerkit (browser)` is in the rows that the browser's module has targets for. */
export const FORMS = {
  dinerkit: "contenders/dinerkit.mjs",
  "dinerkit (browser)": "contenders/dinerkit-browser.mjs",
  zod: "contenders/zod.mjs",
  "zod/mini": "contenders/zod-mini.mjs",
  valibot: "contenders/valibot.mjs",
  arktype: "contenders/arktype.mjs",
  ajv: "contenders/ajv.mjs",
  typebox: "contenders/typebox.mjs",
  "validator.js": "contenders/validator.mjs",
};

/** Those that know phone numbers only. */
export const NUMBERS = {
  "libphonenumber-js": "numbers/libphonenumber-js.mjs",
  "google-libphonenumber": "numbers/google-libphonenumber.mjs",
  "awesome-phonenumber": "numbers/awesome-phonenumber.mjs",
};

/** The formats of the files that are checked. */
export const FORMATS = ["ndjson", "csv"];

export const OURS = ["dinerkit", "dinerkit (browser)"];
export const isOurs = (name) => OURS.includes(name);
