/**
 * For the tests of `/metrics`: a strict parser of OpenMetrics 1.0 in text form, by its ABNF and by the rules that its
 * prose adds for the types that are used here. It throws at the first line that breaks one.
 */
import assert from "node:assert/strict";

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const DESCRIPTOR = /^# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,(?=.)|$)/y;
const NUMBER = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN)$/;

/** The suffixes of each type's samples. */
const SUFFIXES = {
  info: ["_info"],
  counter: ["_total"],
  gauge: [""],
  stateset: [""],
  histogram: ["_bucket", "_count", "_sum"],
};

/** The families of the text, by name: `{ type, unit, help, samples: [{ name, labels, value }] }`. */
export function parseOpenMetrics(text) {
  assert.ok(text.endsWith("# EOF\n"), "the end is marked");
  const lines = text.slice(0, -"# EOF\n".length).split("\n");
  assert.equal(lines.pop(), "", "the last line before the end has an end");
  const families = {};
  let family;
  for (const line of lines) {
    const [, descriptor, name, value] = DESCRIPTOR.exec(line) ?? [];
    if (descriptor) family = described(families, family, { descriptor, name, value, line });
    else family.samples.push(sampleOf(line, family));
  }
  for (const one of Object.values(families)) check(one);
  return families;
}

function described(families, family, { descriptor, name, value, line }) {
  if (descriptor === "TYPE") {
    assert.ok(!Object.hasOwn(families, name), `${name} stands in one place`);
    assert.ok(Object.hasOwn(SUFFIXES, value), line);
    families[name] = { name, type: value, samples: [] };
    return families[name];
  }
  assert.equal(name, family?.name, `${line} belongs to its family`);
  assert.deepEqual(family.samples, [], `${line} stands before the samples`);
  const member = descriptor.toLowerCase();
  assert.equal(family[member], undefined, `${line} stands once`);
  if (member === "unit") assert.ok(name.endsWith(`_${value}`), `${name} ends with its unit`);
  else assert.doesNotMatch(value, /\\(?![\\n"])/, line);
  family[member] = value;
  return family;
}

function sampleOf(line, { name: family, type }) {
  const [, name, text, number] = SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`);
  assert.match(name, NAME);
  assert.ok(
    SUFFIXES[type].some((suffix) => name === family + suffix),
    `${name} is of ${family}, a ${type}`,
  );
  assert.match(number, NUMBER, line);
  assert.notEqual(text, "", `${line} has labels in its braces`);
  const labels = text === undefined ? {} : labelsOf(text, line);
  return { name, labels, value: Number(number.replace("Inf", "Infinity")), line };
}

function labelsOf(text, line) {
  const labels = {};
  for (LABEL.lastIndex = 0; LABEL.lastIndex < text.length;) {
    const [, name, value] = LABEL.exec(text) ?? assert.fail(`no labels: ${line}`);
    assert.ok(!Object.hasOwn(labels, name), `${line} has ${name} once`);
    labels[name] = value.replace(/\\(.)/g, (_, sign) => (sign === "n" ? "\n" : sign));
  }
  return labels;
}

const without = ({ labels }, ...names) =>
  JSON.stringify(Object.entries(labels).filter(([name]) => !names.includes(name)));

/** What the types' prose asks of the samples of one family. */
function check({ name, type, samples }) {
  const series = samples.map((sample) => `${sample.name} ${without(sample)}`);
  assert.equal(new Set(series).size, series.length, `${name} has each series once`);
  if (["counter", "histogram"].includes(type)) {
    for (const { value, line } of samples) assert.ok(value >= 0, line);
  }
  if (["info", "stateset"].includes(type)) {
    for (const { value, line } of samples) assert.ok(value === 1 || (type === "stateset" && value === 0), line);
  }
  if (type === "stateset") {
    for (const { labels, line } of samples) assert.ok(Object.hasOwn(labels, name), `${line} has the label ${name}`);
  }
  if (type === "histogram") checkHistograms(name, samples);
}

function checkHistograms(name, samples) {
  for (const labels of new Set(samples.map((sample) => without(sample, "le")))) {
    const group = samples.filter((sample) => without(sample, "le") === labels);
    const of = (suffix) => group.filter((sample) => sample.name === name + suffix);
    const buckets = of("_bucket");
    const bounds = buckets.map(({ labels: { le } }) => le);
    assert.equal(bounds.at(-1), "+Inf");
    for (const le of bounds.slice(0, -1)) assert.match(le, /^\d+\.\d+$/, "a bound is a float");
    const ascend = (numbers, isStrict) =>
      numbers.every(
        (one, index) => index === 0 || one > numbers[index - 1] || (!isStrict && one === numbers[index - 1]),
      );
    assert.ok(
      ascend(
        bounds.map((le) => Number(le.replace("+Inf", "Infinity"))),
        true,
      ),
      bounds.join(),
    );
    assert.ok(
      ascend(
        buckets.map(({ value }) => value),
        false,
      ),
      "a bucket counts what those below count",
    );
    assert.deepEqual([of("_count").length, of("_sum").length], [1, 1]);
    assert.equal(of("_count")[0].value, buckets.at(-1).value);
  }
}
