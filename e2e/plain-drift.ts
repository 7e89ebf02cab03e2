/**
 * Drift scores computed from rows by their definitions, in plain code that shares only the edges of
 * the bins with the product. The recording rules and the evaluator of a fleet must find the same.
 */

export interface PlainScores {
  readonly rows: number;
  readonly psi: number;
  readonly chi2: number;
  /** Numeric features only. */
  readonly ks?: number;
}

type Counts = Map<string, number>;

/** Scores of a numeric column compared with another, in bins (lower, upper]; null is missing. */
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
  const upTo = (bins: Counts, last: number): number => {
    let rows = 0;
    for (let bin = 0; bin <= last; bin += 1) rows += bins.get(String(bin)) ?? 0;
    return rows / upToAll(bins);
  };
  const upToAll = (bins: Counts): number => sum(bins) - (bins.get('missing') ?? 0);
  for (let bin = 0; bin < edges.length; bin += 1) {
    ks = Math.max(ks, Math.abs(upTo(before, bin) - upTo(after, bin)));
  }
  return { ...pooledScores(before, after, new Set()), ks };
}

/** Scores of a categorical column; all categories that the reference lacks are one bin. */
export function plainCategoricalScores(
  reference: readonly (string | null)[],
  current: readonly (string | null)[],
): PlainScores {
  const known = new Set(reference);
  const binOf = (value: string | null): string => {
    if (value === null) return 'missing';
    return known.has(value) ? `=${value}` : 'unseen';
  };
  return pooledScores(count(reference.map(binOf)), count(current.map(binOf)), new Set(['unseen']));
}

/**
 * Pools the bins with fewer than 5 expected rows in the smaller sample and the bins of `rare`. If the
 * pooled bin has too few rows itself, it joins the rarest other bin. Half a row is added to each bin, or a thousandth of the rows if that is more.
 */
function pooledScores(before: Counts, after: Counts, rare: ReadonlySet<string>): PlainScores {
  const n = sum(before);
  const m = sum(after);
  const needed = (5 * (n + m)) / Math.min(n, m);
  const pairs = [...new Set([...before.keys(), ...after.keys()])].map((bin) => ({
    bin,
    n: before.get(bin) ?? 0,
    m: after.get(bin) ?? 0,
  }));
  const isExpected = (rows: number): boolean => {
    const expected = (rows * m) / n;
    return rows + expected - 2.5 * Math.sqrt(expected) >= needed;
  };
  const isLarge = (pair: (typeof pairs)[number]): boolean => {
    const both = pair.n + pair.m;
    return !rare.has(pair.bin) && both >= needed && (isExpected(pair.n) || both >= 2 * needed);
  };
  const added = { n: Math.max(0.5, n / 1000), m: Math.max(0.5, m / 1000) };
  const kept = pairs.filter(isLarge).sort((a, b) => a.n + a.m - (b.n + b.m));
  const rest = { bin: 'rest', n: 0, m: 0 };
  for (const pair of pairs.filter((one) => !isLarge(one))) {
    rest.n += pair.n;
    rest.m += pair.m;
  }
  if (rest.n + rest.m >= needed || kept.length === 0) kept.push(rest);
  else kept[0] = { bin: 'joined', n: kept[0]!.n + rest.n, m: kept[0]!.m + rest.m };
  let psi = 0;
  let chi2 = 0;
  for (const pair of kept) {
    const p = (pair.n + added.n) / (n + added.n * kept.length);
    const q = (pair.m + added.m) / (m + added.m * kept.length);
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

function count(bins: readonly string[]): Counts {
  const counts: Counts = new Map();
  for (const bin of bins) counts.set(bin, (counts.get(bin) ?? 0) + 1);
  return counts;
}

function sum(bins: Counts): number {
  let rows = 0;
  for (const one of bins.values()) rows += one;
  return rows;
}
