/** For `cargo xtask bench`: the results as Markdown, which is what the terminal shows and what bench/RESULTS.md holds. */
import { figures, median, ratios } from "./compare.mjs";
import { FORMATS, isOurs } from "./contenders.mjs";

const NODE = "dinerkit";

/** A number as people read it: three significant digits, with separators. */
export function readable(number) {
  if (number === undefined || number === null || !Number.isFinite(number)) return "";
  return number >= 100
    ? Math.round(number).toLocaleString("en")
    : String(Number(number.toPrecision(number < 1 ? 2 : 3)));
}

/** A table: `heads` are the columns, of which the first is left and the others right. */
export function table(heads, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map((_, index) => (index ? "--:" : "---"))), ...rows.map(line)].join("\n");
}

/** How many answers are right, as text. */
export function told({ right, of } = { right: 0, of: 0 }) {
  if (right === of) return "all";
  // Rounding up must not make all of it.
  return `${(Math.floor((right / of) * 1000) / 10).toFixed(1)} % of ${of.toLocaleString("en")}`;
}

const namesOf = (rounds) => [...new Set(rounds.flatMap((round) => Object.keys(round)))];
const middle = (rounds, name) => {
  const all = rounds.map((round) => round[name]).filter((figure) => figure !== undefined);
  return all.length ? median(all) : undefined;
};
const sizeOf = (bytes) => readable(bytes / 2 ** 20);

/** The contenders as columns, the rows as lines; `scale` turns a figure into what is shown. */
function contendersTable(rowsByName, agreement, scale) {
  const names = [...new Set(Object.values(rowsByName).flatMap(namesOf))];
  const cell = (row, rounds, name) => {
    const figure = middle(rounds, name);
    if (figure === undefined) return "";
    const { right, of } = agreement?.[row]?.[name] ?? { right: 1, of: 1 };
    return right === of ? readable(scale(figure)) : `${readable(scale(figure))} (${told({ right, of })})`;
  };
  return table(
    ["", ...names],
    Object.entries(rowsByName).map(([row, rounds]) => [row, ...names.map((name) => cell(row, rounds, name))]),
  );
}

const VERDICT = new Map([
  [true, "reached"],
  [false, "missed"],
  [null, "not measured"],
]);

export const targetsTable = (verdicts) =>
  table(
    ["target", "at least", "ratio", "against", ""],
    verdicts.map(({ what, least, rival, ratio, reached }) => {
      return [what, `${least}`, ratio === null ? "" : ratio.toFixed(2), rival ?? "", VERDICT.get(reached)];
    }),
  );

function filesTables({ agreement, measured, empty }) {
  return FORMATS.flatMap((format) => {
    const sizes = Object.entries(measured[format]).map(([count, rounds]) => [Number(count), rounds]);
    const names = Object.keys(agreement[format]);
    const small = sizes.filter(([count]) => count < 1000);
    const large = sizes.filter(([count]) => count >= 1000);
    const power = (count) => count.toLocaleString("en");
    const heads = [
      format === "csv" ? "CSV" : "NDJSON",
      "answers right",
      ...small.map(([count]) => `${power(count)} ${count === 1 ? "row" : "rows"}, ms`),
      ...large.map(([count]) => `${power(count)} rows, rows/s`),
      "peak memory, MiB",
      "above an empty Node",
      "µs for a further row",
      "our ratio",
    ];
    const rows = names.map((name) => {
      const cpu = (rounds) => middle(figures(rounds, "cpu"), name);
      const measuredAt = large.filter(([, rounds]) => cpu(rounds) !== undefined);
      const [, last] = measuredAt.at(-1) ?? [];
      if (!last) return [name, told(agreement[format][name])];
      const peak = middle(figures(last, "peak"), name);
      const steps = furtherRows(measuredAt.map(([count, rounds]) => [count, cpu(rounds)]));
      return [
        name,
        told(agreement[format][name]),
        ...small.map(([, rounds]) => readable(cpu(rounds) / 1e3)),
        ...large.map(([count, rounds]) => readable(cpu(rounds) && (count / cpu(rounds)) * 1e6)),
        sizeOf(peak),
        // Python has no part in a runtime of JavaScript.
        name === "Python" ? "" : sizeOf(peak - empty),
        steps.map(readable).join(", "),
        isOurs(name) ? "" : readable(ratios(figures(last, "cpu"), NODE)[name]),
      ];
    });
    return [table(heads, rows), ""];
  });
}

/** How many microseconds each further row takes from one size to the next. Where the cost is linear, they are alike. */
export function furtherRows(sizes) {
  return sizes.slice(1).map(([count, cpu], index) => (cpu - sizes[index][1]) / (count - sizes[index][0]));
}

function startsTables({ node, bundled, page }) {
  const rows = { "Node, ms": node, "Node, bundled, ms": bundled };
  if (page) {
    rows["Chromium, slow, ms"] = figures(page.rounds, "at");
    rows["its main thread, ms"] = figures(page.rounds, "work");
    rows["its script, kB"] = [Object.fromEntries(Object.entries(page.sizes).map(([name, size]) => [name, size / 1e3]))];
  }
  return contendersTable(
    Object.fromEntries(Object.entries(rows).filter(([, rounds]) => rounds)),
    undefined,
    (figure) => figure,
  );
}

function callsTable(calls) {
  return table(
    ["call", "bare fetch, µs", "dinerkit, µs", "more, µs"],
    Object.entries(calls).map(([name, rounds]) => [
      name,
      readable(middle(rounds, "fetch")),
      readable(middle(rounds, NODE)),
      readable(median(rounds.map((round) => round[NODE] - round.fetch))),
    ]),
  );
}

const memoryTable = (rounds) =>
  contendersTable(
    { "MiB after them": figures(rounds, "rss"), "MiB at the peak": figures(rounds, "peak") },
    undefined,
    (bytes) => bytes / 2 ** 20,
  );

function coresTable(cores) {
  return table(
    ["rows", "alone, s", "2 workers, s", "times faster"],
    Object.entries(cores).map(([format, rounds]) => [
      `10⁶ of ${format === "csv" ? "CSV" : "NDJSON"}`,
      readable(median(rounds.map(({ alone }) => alone.wall)) / 1e6),
      readable(median(rounds.map(({ workers }) => workers.wall)) / 1e6),
      median(rounds.map(({ alone, workers }) => alone.wall / workers.wall)).toFixed(2),
    ]),
  );
}

/** The agreement of each contender with the right answers, by row; only where one is not all. */
function agreementTable(agreement) {
  const rows = Object.entries(agreement).filter(([, names]) =>
    Object.values(names).some(({ right, of }) => right < of),
  );
  const list = rows.flatMap(([row, names]) =>
    Object.entries(names)
      .filter(([, { right, of }]) => right < of)
      .map(([name, counts]) => [row, name, told(counts)]),
  );
  return list.length ? table(["row", "contender", "answers right"], list) : "All answers of all contenders are right.";
}

/** The whole report. `notes` are the sections about fairness, which people write. */
export function report({ results, verdicts, notes }) {
  const { machine, versions, date, took, isQuick } = results;
  const { rows, agreement } = results;
  return [
    "# Results of the benchmark",
    "",
    "For whoever compares dinerkit with other libraries. `cargo xtask bench --write` makes this page; " +
      "[docs/benchmarks.md](../docs/benchmarks.md) says what is measured and how.",
    "",
    `On ${date}: ${machine}. The run took ${Math.round(took / 60)} minutes${isQuick ? ", with `--quick`, which stops at 10⁴ rows and has fewer rounds" : ""}.`,
    "",
    table(["what", "version"], Object.entries(versions)),
    "",
    "## Targets",
    "",
    "How many times faster we are than the fastest contender whose answers are all right, or how many times less memory we need: the median of the ratios of all rounds.",
    "",
    targetsTable(verdicts),
    "",
    "## Operations a second",
    "",
    "Of processor time, all threads of the process. Contenders whose answers are not all right have their agreement beside the figure.",
    "",
    contendersTable(
      Object.fromEntries(Object.entries(rows).filter(([name]) => !/phone$/.test(name))),
      agreement,
      (nanoseconds) => 1e9 / nanoseconds,
    ),
    "",
    contendersTable(
      Object.fromEntries(Object.entries(rows).filter(([name]) => /phone$/.test(name))),
      agreement,
      (nanoseconds) => 1e9 / nanoseconds,
    ),
    "",
    "## Answers that are wrong",
    "",
    agreementTable(agreement),
    "",
    "## The first check",
    "",
    startsTables(results.starts),
    "",
    "## Files",
    "",
    "Each figure is of a whole process, with the start of its runtime and its libraries.",
    "",
    ...(results.files ? filesTables(results.files) : []),
    "## Two cores",
    "",
    results.cores
      ? coresTable(results.cores)
      : "Not measured: other programs ran on the machine, or `--quick` was given.",
    "",
    "## The client",
    "",
    "Processor time of the calling process for one call; the server is a process of its own, on this machine.",
    "",
    callsTable(results.calls),
    "",
    "## Memory after 100,000 forms",
    "",
    memoryTable(results.memory),
    "",
    notes.trim(),
    "",
  ].join("\n");
}
