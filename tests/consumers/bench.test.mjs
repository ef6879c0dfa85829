/** For whoever changes the benchmark: what it computes from its figures, without measuring anything. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fastestExact, figures, median, ratios } from "../../bench/compare.mjs";
import { busyPart } from "../../bench/idle.mjs";
import { furtherRows, readable, told } from "../../bench/report.mjs";
import { MANY, TARGETS, verdicts } from "../../bench/targets.mjs";

const isOurs = (name) => name.startsWith("dinerkit");
const ALL = { right: 10, of: 10 };

test("ratio is the median of the rounds' ratios, not the ratio of medians", () => {
  const rounds = [
    { dinerkit: 1, zod: 4 },
    { dinerkit: 10, zod: 20 },
    { dinerkit: 2, zod: 6 },
  ];
  assert.deepEqual(ratios(rounds, "dinerkit"), { dinerkit: 1, zod: 3 });
  const middles = figures(
    rounds.map((round) => ({ dinerkit: { cpu: round.dinerkit } })),
    "cpu",
  ).map(({ dinerkit }) => dinerkit);
  assert.equal(median(middles), 2);
});

test("rival is the fastest of those whose answers are all right", () => {
  const rounds = [{ dinerkit: 10, "dinerkit (browser)": 5, zod: 40, ajv: 30, validator: 20 }];
  const cases = [
    [
      { zod: ALL, ajv: ALL, validator: ALL },
      { name: "validator", ratio: 2 },
    ],
    [
      { zod: ALL, ajv: ALL, validator: { right: 9, of: 10 } },
      { name: "ajv", ratio: 3 },
    ],
    // Whose answers were not looked at does not count as right.
    [{ zod: ALL }, { name: "zod", ratio: 4 }],
    [{}, undefined],
  ];
  for (const [agreement, expected] of cases) {
    assert.deepEqual(fastestExact(rounds, "dinerkit", agreement, isOurs), expected);
  }
});

test("contender that is missing in a round is left out of that round", () => {
  const rounds = [{ dinerkit: 1, zod: 2 }, { dinerkit: 1 }, { zod: 9 }];
  assert.deepEqual(ratios(rounds, "dinerkit"), { dinerkit: 1, zod: 2 });
  assert.deepEqual(ratios([{ zod: 9 }], "dinerkit"), { zod: undefined });
});

const file = (cpu, peak, sum = 7) => ({ cpu, peak, sum });
const FILES = {
  agreement: { ndjson: { dinerkit: ALL, zod: ALL, ajv: ALL }, csv: {} },
  empty: 40,
  measured: {
    ndjson: { [MANY]: [{ dinerkit: file(10, 60), ajv: file(50, 90, 8), zod: file(120, 140) }] },
    csv: {},
  },
};
const RESULTS = {
  agreement: { form: { dinerkit: ALL, zod: ALL }, "key: text": { zod: ALL }, "key: date": { zod: ALL } },
  rows: {
    form: [{ dinerkit: 10, "dinerkit (browser)": 20, zod: 26 }],
    "key: text": [{ dinerkit: 1, zod: 1 }],
    "key: date": [{ dinerkit: 1, zod: 5 }],
  },
  files: FILES,
  cores: { ndjson: [{ alone: { wall: 19 }, workers: { wall: 10 } }] },
};

test("verdicts follow from the results, and what was not measured is not judged", () => {
  const by = Object.fromEntries(verdicts(RESULTS).map(({ what, ...verdict }) => [what, verdict]));
  const cases = [
    ["a full valid form, Node's module", "zod", 2.6, true],
    ["a full valid form, the browser's module", "zod", 1.3, false],
    ["one key press in each kind of field", "zod", 3, true],
    // ajv was faster, and its checksum is another one.
    ["10⁶ rows of NDJSON, one core", "zod", 12, true],
    ["10⁶ rows of NDJSON, peak memory", "zod", 140 / 60, false],
    ["10⁶ rows of NDJSON, peak memory above an empty Node", "zod", 5, true],
    ["10⁶ rows of NDJSON, two cores", "our one core", 1.9, true],
    ["10⁶ rows of CSV, one core", null, null, null],
    ["one phone number", null, null, null],
    ["the first check, Node", null, null, null],
  ];
  for (const [what, rival, ratio, reached] of cases) {
    assert.deepEqual({ ...by[what], least: undefined }, { least: undefined, rival, ratio, reached }, what);
  }
  assert.equal(Object.keys(by).length, TARGETS.length);
});

test("agreement is never rounded up to all", () => {
  assert.equal(told({ right: 500, of: 500 }), "all");
  assert.equal(told({ right: 9999, of: 10_000 }), "99.9 % of 10,000");
  assert.equal(told({ right: 0, of: 10_000 }), "0.0 % of 10,000");
});

test("numbers have three digits that count", () => {
  const cases = [
    [undefined, ""],
    [NaN, ""],
    [0.04567, "0.046"],
    [1.2345, "1.23"],
    [12.345, "12.3"],
    [123.45, "123"],
    [1_234_567.8, "1,234,568"],
  ];
  for (const [number, text] of cases) assert.equal(readable(number), text);
});

test("cost of a further row leaves out what the start takes", () => {
  const sizes = [
    [10, 150],
    [100, 240],
    [1000, 1140],
  ];
  assert.deepEqual(furtherRows(sizes), [1, 1]);
});

test("machine is as busy as its processors were between two readings", () => {
  const at = (user, idle) => ({ times: { user, sys: 0, idle } });
  assert.equal(busyPart([at(0, 0), at(0, 0)], [at(10, 90), at(30, 70)]), 0.2);
  assert.equal(busyPart([at(5, 5)], [at(5, 5)]), 0);
});
