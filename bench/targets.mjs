/**
 * For `cargo xtask bench`: what must be reached. Each target is a ratio of one run: how many times faster we are, or how
 * many times less memory we need, than the fastest contender whose answers of that row are all right. This is the one
 * place where the targets stand.
 */
import { fastestExact, figures, median } from "./compare.mjs";
import { isOurs } from "./contenders.mjs";

/** The rows of a file's target. */
export const MANY = 1_000_000;
/** The Node module's and the browser module's names. */
const [NODE, BROWSER] = ["dinerkit", "dinerkit (browser)"];

const ofRow =
  (row, ours = NODE) =>
  ({ rows, agreement }) =>
    rows[row] && fastestExact(rows[row], ours, agreement[row], isOurs);

/** One key press in each kind of field: the sum of the kinds, in each round. */
function ofKeys({ rows, agreement }) {
  const kinds = Object.keys(rows).filter((name) => name.startsWith("key: "));
  const sums = rows[kinds[0]]?.map((_, round) => {
    const names = Object.keys(rows[kinds[0]][round]);
    const sum = (name) => kinds.reduce((total, kind) => total + rows[kind][round][name], 0);
    return Object.fromEntries(names.map((name) => [name, sum(name)]));
  });
  const all = {};
  for (const kind of kinds) {
    for (const [name, { right, of }] of Object.entries(agreement[kind])) {
      all[name] ??= { right: 0, of: 0 };
      all[name].right += right;
      all[name].of += of;
    }
  }
  return sums && fastestExact(sums, NODE, all, isOurs);
}

const ofStart =
  (where, figure = (rounds) => rounds) =>
  ({ starts, agreement }) =>
    starts?.[where] && fastestExact(figure(starts[where]), NODE, agreement.form, isOurs);

/** A figure of a whole file of a million rows. `above` is taken off first. */
const ofFile =
  (format, figure, above = () => 0) =>
  ({ files }) => {
    const rounds = files?.measured[format][MANY];
    if (!rounds) return undefined;
    const less = above(files);
    const taken = figures(rounds, figure).map((round) =>
      Object.fromEntries(Object.entries(round).map(([name, value]) => [name, value - less])),
    );
    // A run that gives another checksum than ours is wrong somewhere in the file.
    const sums = figures(rounds, "sum")[0];
    const agreement = { ...files.agreement[format] };
    for (const name of Object.keys(sums)) if (sums[name] !== sums[NODE]) agreement[name] = { right: 0, of: 1 };
    return fastestExact(taken, NODE, agreement, isOurs);
  };
/** Memory is compared with that of the peer that is the fastest, not with that of the thriftiest. */
const memoryOfFile = (format, above) => (results) => {
  const fastest = ofFile(format, "cpu")(results);
  if (!fastest) return undefined;
  const less = above(results.files);
  const peaks = figures(results.files.measured[format][MANY], "peak");
  return {
    name: fastest.name,
    ratio: median(peaks.map((peak) => (peak[fastest.name] - less) / (peak[NODE] - less))),
  };
};

const ofCores =
  (format) =>
  ({ cores }) =>
    cores?.[format] && {
      name: "our one core",
      ratio: median(cores[format].map(({ alone, workers }) => alone.wall / workers.wall)),
    };

const empty = ({ empty }) => empty;
const nothing = () => 0;

/** `least` is the lowest ratio that is enough; `find(results)` is `{ name, ratio }`, the rival and the ratio. */
export const TARGETS = [
  { what: "10⁶ rows of NDJSON, one core", least: 10, find: ofFile("ndjson", "cpu") },
  { what: "10⁶ rows of NDJSON, peak memory", least: 4, find: memoryOfFile("ndjson", nothing) },
  { what: "10⁶ rows of NDJSON, peak memory above an empty Node", least: 4, find: memoryOfFile("ndjson", empty) },
  { what: "10⁶ rows of NDJSON, two cores", least: 1.8, find: ofCores("ndjson") },
  { what: "10⁶ rows of CSV, one core", least: 10, find: ofFile("csv", "cpu") },
  { what: "a full valid form, Node's module", least: 2.5, find: ofRow("form") },
  { what: "a full valid form, the browser's module", least: 1.8, find: ofRow("form", BROWSER) },
  { what: "a form with five faults", least: 2, find: ofRow("wrong form") },
  { what: "one key press in each kind of field", least: 2, find: ofKeys },
  { what: "one phone number", least: 10, find: ofRow("phone") },
  { what: "one e-mail address", least: 1, find: ofRow("email") },
  { what: "the first check, Node", least: 1.2, find: ofStart("node") },
  {
    what: "the first check, Chromium on a slow phone and network",
    least: 1.2,
    find: ofStart("page", ({ rounds }) => figures(rounds, "at")),
  },
];

/** The verdict on each target: `{ what, least, rival, ratio, reached }`. Without a ratio it was not measured. */
export function verdicts(results, targets = TARGETS) {
  return targets.map(({ what, least, find }) => {
    const found = find(results);
    if (!found) return { what, least, rival: null, ratio: null, reached: null };
    return { what, least, rival: found.name, ratio: found.ratio, reached: found.ratio >= least };
  });
}
