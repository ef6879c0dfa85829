/** For tests of many combinations: few rows that together have every pair of values. */

/**
 * Rows of values, one of each factor, so that each pair of values of two factors is in a row at least. `factors` are lists
 * of values by their names. Greedy: each row begins with a pair that is still missing and then takes, factor by factor,
 * the value that brings most missing pairs.
 */
export function pairwise(factors) {
  const names = Object.keys(factors);
  const missing = new Set(pairsOf(factors));
  const rows = [];
  while (missing.size) {
    const [first] = missing;
    const row = Object.fromEntries(JSON.parse(first).map(([name, index]) => [name, factors[name][index]]));
    for (const name of names.filter((name) => !(name in row))) {
      const gain = (value) => pairsIn({ ...row, [name]: value }, factors).filter((pair) => missing.has(pair)).length;
      const gains = factors[name].map(gain);
      row[name] = factors[name][gains.indexOf(Math.max(...gains))];
    }
    for (const pair of pairsIn(row, factors)) missing.delete(pair);
    rows.push(Object.fromEntries(names.map((name) => [name, row[name]])));
  }
  return rows;
}

/** Every combination of the values. */
export function product(factors) {
  return Object.entries(factors).reduce(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}

/** The pairs of a row, as text: of each two factors their names and the values' places in their lists. */
export function pairsIn(row, factors) {
  const places = Object.keys(factors)
    .filter((name) => name in row)
    .map((name) => [name, factors[name].indexOf(row[name])]);
  return places.flatMap((one, index) => places.slice(index + 1).map((other) => JSON.stringify([one, other])));
}

/** All pairs that there are, as text. */
export function pairsOf(factors) {
  const names = Object.keys(factors);
  return names.flatMap((one, index) =>
    names.slice(index + 1).flatMap((other) =>
      factors[one].flatMap((_, i) =>
        factors[other].map((_, j) =>
          JSON.stringify([
            [one, i],
            [other, j],
          ]),
        ),
      ),
    ),
  );
}
