/**
 * For the command: what it does with the rows of the table of options, which the module gives it. A row says by `text`
 * how a variable of the environment, or a file that holds one value, becomes that value.
 */

/** How the text of a row becomes its value. What does not fit stays text, for the module to refuse. */
const READ = {
  text: String,
  path: String,
  flag: (text) => ({ true: true, false: false })[text] ?? text,
  number: (text) => (/^-?\d+$/.test(text) ? Number(text) : text),
  list: words,
  pairs: (text, { members: [first, second] }) =>
    words(text).map((pair) => {
      const [, before, after] = /^([^:]*):(.*)$/.exec(pair) ?? [];
      return { [first]: before, [second]: after };
    }),
};

/** The value of a row that a text says. */
export const valueOf = (row, text) => READ[row.text](text, row);

/** The names of the environment that the table knows. */
export function environmentNames(rows) {
  return rows.flatMap(({ environment, file }) => {
    if (!environment) return [];
    return file ? [environment, `${environment}_FILE`] : [environment];
  });
}

/** The options of the command alone, by the first part of their names. All others are the gateway's. */
export function ofTheCommand(rows) {
  return new Set(rows.filter((row) => row.ofTheCommand).map(({ name }) => name.split(".")[0]));
}

/** The lines of `--help` about the keys. */
export function help(rows) {
  // Those that only hold others have neither a default nor a name in the environment.
  const shown = rows.filter(({ environment, default: fallback }) => environment || fallback !== "–");
  const cells = shown.map(({ name, environment, default: fallback }) => [name, environment ?? "–", fallback]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((cell) => cell[column].length)) + 2);
  return cells
    .map(([name, environment, fallback]) => `  ${name.padEnd(widths[0])}${environment.padEnd(widths[1])}${fallback}`)
    .join("\n");
}

function words(text) {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}
