/**
 * For the gateway's loop: what it counts, and how a monitor reads that (OpenMetrics 1.0). All names and labels come from
 * the module's own lists and from the configuration, none from a request: so no request adds a series by what it says,
 * and nothing is about a person.
 */

export const CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** What a label says where there is nothing to say. */
const NONE = "none";
/** The upper bounds of the histogram's buckets, in milliseconds. The longest attempt takes 30 seconds by default. */
const BOUNDS_MS = [50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];
const STATES = ["well", "alone", "failing"];

/** Numbers by their labels, whose values have no spaces. */
class Counts {
  #counts = new Map();

  add(labels) {
    const key = Object.values(labels).join(" ");
    const counted = this.#counts.get(key) ?? { labels, count: 0 };
    this.#counts.set(key, counted);
    counted.count += 1;
  }

  /** The samples of a counter. */
  samples() {
    return [...this.#counts.values()].map(({ labels, count }) => ["_total", labels, count]);
  }
}

export class Metrics {
  #requests = new Counts();
  #failures = new Counts();
  #faults = 0;
  /** By the operation: how many attempts took so long, and how long all took together. */
  #attempts = new Map();

  /** Counts a request by its event for the log. */
  count({ operation, role, status, refused, upstream, fault }) {
    this.#requests.add({ operation: operation ?? NONE, role, status, refused: refused ?? NONE });
    if (upstream) this.#failures.add({ operation: operation ?? NONE, code: upstream.code });
    if (fault) this.#faults += 1;
  }

  /** Notes how long an attempt at the remote API took, whatever came of it. */
  time(operation, ms) {
    // The clock may have been set back meanwhile.
    const taken = Math.max(0, ms);
    const attempts = this.#attempts.get(operation) ?? { ms: 0, buckets: [...BOUNDS_MS, Infinity].map(() => 0) };
    this.#attempts.set(operation, attempts);
    attempts.ms += taken;
    attempts.buckets[BOUNDS_MS.filter((bound) => taken > bound).length] += 1;
  }

  /** The text. `status` is the gateway's, and `setups` says how old each restaurant's Setup is. */
  text({ version, status: { shared, budget }, setups }) {
    return [
      family("dinerkit_build", "info", "What runs.", [["_info", { version }, 1]]),
      family("dinerkit_requests", "counter", "Requests that were answered.", this.#requests.samples()),
      family(
        "dinerkit_upstream_failures",
        "counter",
        "Requests for which the remote API failed, by its failure.",
        this.#failures.samples(),
      ),
      family("dinerkit_faults", "counter", "Failures of the module.", [["_total", {}, this.#faults]]),
      family(
        "dinerkit_upstream_seconds",
        "histogram",
        "How long attempts at the remote API took, by the operation that made them.",
        [...this.#attempts].flatMap(histogram),
        "seconds",
      ),
      number("dinerkit_budget_limit", "Requests to the remote API that are allowed in a minute.", budget.perMinute),
      number("dinerkit_budget_used", "What this process has made of them in the last minute.", budget.used),
      number("dinerkit_budget_left", "What this process may make of them now, without asking others.", budget.left),
      ...(shared ? ofShared(shared, budget) : []),
      family(
        "dinerkit_setup_age_seconds",
        "gauge",
        "How old the copy of a restaurant's Setup is.",
        setups.map(({ microsite, ageMs }) => ["", { microsite }, ageMs / 1000]),
        "seconds",
      ),
      "# EOF\n",
    ].join("");
  }
}

/** What there is to say where several processes share their state. */
function ofShared({ engine, state }, budget) {
  const name = "dinerkit_shared_state";
  const states = STATES.map((one) => ["", { engine, [name]: one }, one === state ? 1 : 0]);
  const help = "What all processes have made of the account's requests or hold, as far as this one knows.";
  return [
    family(name, "stateset", "How the shared state is, as this process sees it.", states),
    budget.shared === null ? "" : number("dinerkit_budget_shared", help, budget.shared),
  ];
}

function histogram([operation, { ms, buckets }]) {
  let below = 0;
  const bounds = [...BOUNDS_MS.map((bound) => float(bound / 1000)), "+Inf"];
  const counted = bounds.map((le, index) => ["_bucket", { operation, le }, (below += buckets[index])]);
  return [...counted, ["_count", { operation }, below], ["_sum", { operation }, ms / 1000]];
}

/** The lines of a family of metrics: what it is, and its `samples`, `[suffix, labels, value]`. */
function family(name, type, help, samples, unit) {
  const lines = samples.map(([suffix, labels, value]) => `${name}${suffix}${braced(labels)} ${value}\n`);
  const of = unit ? `# UNIT ${name} ${unit}\n` : "";
  return `# TYPE ${name} ${type}\n${of}# HELP ${name} ${help}\n${lines.join("")}`;
}

/** A gauge that is one number. */
const number = (name, help, value) => family(name, "gauge", help, [["", {}, value]]);

function braced(labels) {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(`${value}`)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

const escaped = (text) => text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");

/** A number as bounds are written: with a point. */
const float = (number) => (Number.isInteger(number) ? number.toFixed(1) : `${number}`);
