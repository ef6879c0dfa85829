/** For whatever of the command reads a configuration: the module's table of options, and the reader that it makes. */
import { staffByJwt } from "dinerkit/gateway/staff";
import { core } from "../pkg/lib/gateway/core.js";

/** The rows of the module's table of options that the command reads. */
export function tableRows() {
  return JSON.parse(core.call((running) => running.commandOptions()));
}

/**
 * The command's options, by the module's table. `staffByJwt` checks those of staff once the table has accepted them; what
 * it makes of them is then the reader's `staff`.
 */
export function optionsReader() {
  const reader = { rows: tableRows(), read, staff: undefined };
  function read(options) {
    const json = JSON.stringify(options, plain);
    const found = JSON.parse(core.call((running) => running.readCommandOptions(json)));
    const { issues, values } = found;
    if (!values.staff || issues.some(({ path }) => path[0] === "staff")) return found;
    try {
      reader.staff = staffByJwt(values.staff);
      return found;
    } catch (error) {
      return { ...found, issues: [...issues, ...error.issues.map(ofStaff)] };
    }
  }
  return reader;
}

/** What TOML has and JSON lacks becomes text, which no number is. */
function plain(_, value) {
  return typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
}

/** An issue of `staffByJwt`, as one of the command's options. */
function ofStaff({ path, message }) {
  const whole = ["staff", ...path];
  return { path: whole, name: whole.join("."), message };
}
