/**
 * Drift computed from rows by the definitions, in plain code that shares nothing with the product
 * but the edges of the bins: what the recording rules and the evaluator of a fleet must find.
 */

export interface PlainScores {
  readonly rows: number;
  readonly psi: number;
  readonly chi2: number;
  /** Of numeric features. */
  readonly ks?: number;
}

type Cells = Map<string, number>;

/** Scores of a numeric column against another, in bins (lower, upper]; null is missing. */
export function plainNumericScores(
  reference: readonly (number | null)[],
  current: readonly (number | null)[],
  edges: readonly number[],
): PlainScores {
  const binOf = (value: number | null): string => {
    if (value === null) return 'missing';
    const bin = edges.findIndex((edge) => value <= edge);
    return String(bin === -1 ? edges.length : bin);
  };
  const before = count(reference.map(binOf));
  const after = count(current.map(binOf));
  let ks = 0;
  const upTo = (cells: Cells, last: number): number => {
    let rows = 0;
    for (let bin = 0; bin <= last; bin += 1) rows += cells.get(String(bin)) ?? 0;
    return rows / upToAll(cells);
  };
  const upToAll = (cells: Cells): number => sum(cells) - (cells.get('missing') ?? 0);
  for (let bin = 0; bin < edges.length; bin += 1) {
    ks = Math.max(ks, Math.abs(upTo(before, bin) - upTo(after, bin)));
  }
  return { ...pooledScores(before, after, new Set()), ks };
}

/** Scores of a column of categories; those that the reference lacks are one cell. */
export function plainCategoricalScores(
  reference: readonly (string | null)[],
  current: readonly (string | null)[],
): PlainScores {
  const known = new Set(reference);
  const cellOf = (value: string | null): string => {
    if (value === null) return 'missing';
    return known.has(value) ? `=${value}` : 'unseen';
  };
  return pooledScores(
    count(reference.map(cellOf)),
    count(current.map(cellOf)),
    new Set(['unseen']),
  );
}

/**
 * Cells with fewer than 5 expected rows in the smaller sample are one, with those of `rare`; where
 * that one is as rare, it joins the rarest of the others. Shares have half a row added to each cell.
 */
function pooledScores(before: Cells, after: Cells, rare: ReadonlySet<string>): PlainScores {
  const n = sum(before);
  const m = sum(after);
  const needed = (5 * (n + m)) / Math.min(n, m);
  const pairs = [...new Set([...before.keys(), ...after.keys()])].map((cell) => ({
    cell,
    n: before.get(cell) ?? 0,
    m: after.get(cell) ?? 0,
  }));
  const isLarge = (pair: (typeof pairs)[number]): boolean =>
    !rare.has(pair.cell) && pair.n + pair.m >= needed;
  const kept = pairs.filter(isLarge).sort((a, b) => a.n + a.m - (b.n + b.m));
  const rest = { cell: 'rest', n: 0, m: 0 };
  for (const pair of pairs.filter((one) => !isLarge(one))) {
    rest.n += pair.n;
    rest.m += pair.m;
  }
  if (rest.n + rest.m >= needed || kept.length === 0) kept.push(rest);
  else kept[0] = { cell: 'joined', n: kept[0]!.n + rest.n, m: kept[0]!.m + rest.m };
  let psi = 0;
  let chi2 = 0;
  for (const pair of kept) {
    const p = (pair.n + 0.5) / (n + 0.5 * kept.length);
    const q = (pair.m + 0.5) / (m + 0.5 * kept.length);
    psi += (p - q) * Math.log(p / q);
    for (const [observed, rows] of [
      [pair.n, n],
      [pair.m, m],
    ] as const) {
      const expected = ((pair.n + pair.m) * rows) / (n + m);
      chi2 += (observed - expected) ** 2 / expected;
    }
  }
  return { rows: m, psi, chi2 };
}

function count(cells: readonly string[]): Cells {
  const counts: Cells = new Map();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return counts;
}

function sum(cells: Cells): number {
  let rows = 0;
  for (const one of cells.values()) rows += one;
  return rows;
}
