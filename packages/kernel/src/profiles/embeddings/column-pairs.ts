import type { EmbeddingBasis } from './embedding-profile.js';

/** Of tables with more columns no pairs are counted: their number grows with the square. */
export const mostPairedColumns = 128;

/** Fewer rows do not show how the product of two columns varies. */
const fewestRows = 100;

/** Values are rounded to whole multiples of 1 / `valueUnit`, so that their sums are exact. */
const valueUnit = 2 ** 8;

/** Position of the pair of columns `a` > `b` among all pairs. */
export function pairIndex(a: number, b: number): number {
  return (a * (a - 1)) / 2 + b;
}

/** Slots that the sums of pairs take: Σ x of each column, then Σ x y of each two and of each with itself. */
export function pairSlots(columns: number): number {
  return columns + (columns * (columns + 1)) / 2;
}

/**
 * Adds a row to the sums, in units of 1 / 256 and of its square: exact up to 8e9 rows. The row is left
 * in these units.
 */
export function addPairs(row: Float64Array, slots: Float64Array, offset: number): void {
  const columns = row.length;
  let at = offset + columns;
  for (let a = 0; a < columns; a += 1) {
    const value = Math.round(row[a]! * valueUnit);
    row[a] = value;
    slots[offset + a]! += value;
    for (let b = 0; b <= a; b += 1) slots[at + b]! += value * row[b]!;
    at += a + 1;
  }
}

/** The correlations of `rows` rows from their sums. O(columns²). */
export function correlationsOf(pairs: Float64Array, columns: number, rows: number): Float64Array {
  const product = (a: number, b: number): number =>
    pairs[columns + (a * (a + 1)) / 2 + b]! - (pairs[a]! * pairs[b]!) / rows;
  const deviations = Float64Array.from({ length: columns }, (_, column) => {
    const square = product(column, column);
    // The units are whole numbers: less is rounding.
    const rounding = Math.max(0.5, 1e-12 * pairs[columns + (column * (column + 3)) / 2]!);
    return square > rounding ? Math.sqrt(square) : 0;
  });
  const values = new Float64Array((columns * (columns - 1)) / 2);
  for (let a = 1; a < columns; a += 1) {
    for (let b = 0; b < a; b += 1) {
      const value = product(a, b) / (deviations[a]! * deviations[b]!);
      values[pairIndex(a, b)] = Number.isFinite(value)
        ? Math.max(-1, Math.min(1, value))
        : Number.NaN;
    }
  }
  return values;
}

/** Enough for a variance, and short in a file. */
const storedDigits = 4;

/**
 * How the estimate of each correlation varies from row to row, from a sample of standardised rows:
 * its influence a b - r (a² + b²) / 2, with a and b in deviations from their means. Undefined where
 * the columns are too many, or the rows too few. O(rows x columns²).
 *
 * Source: Devlin, Gnanadesikan and Kettenring 1975, Biometrika 62(3), section 2 (the influence).
 */
export function pairVariation(
  sample: readonly Float64Array[],
  columns: number,
): NonNullable<EmbeddingBasis['columns']>['pairs'] {
  const rows = sample.length;
  if (columns < 2 || columns > mostPairedColumns || rows < fewestRows) return undefined;
  const scaled = Array.from({ length: columns }, (_, column) =>
    inDeviations(Float64Array.from(sample, (row) => row[column]!)),
  );
  const size = (columns * (columns - 1)) / 2;
  const variances = new Float64Array(size);
  const largest = new Float64Array(size);
  for (let a = 1; a < columns; a += 1) {
    for (let b = 0; b < a; b += 1) {
      const { variance, most } = influenceOf(scaled[a]!, scaled[b]!);
      variances[pairIndex(a, b)] = Number(variance.toPrecision(storedDigits));
      largest[pairIndex(a, b)] = Number(most.toPrecision(storedDigits));
    }
  }
  return { variances, largest };
}

/** The values less their mean, in standard deviations; all 0 where they are equal. */
function inDeviations(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return square > 0
    ? values.map((value) => (value - mean) / Math.sqrt(square))
    : new Float64Array(values.length);
}

function influenceOf(
  a: Float64Array,
  b: Float64Array,
): { readonly variance: number; readonly most: number } {
  const rows = a.length;
  let correlation = 0;
  let mostA = 0;
  let mostB = 0;
  for (let row = 0; row < rows; row += 1) {
    correlation += (a[row]! * b[row]!) / rows;
    mostA = Math.max(mostA, Math.abs(a[row]!));
    mostB = Math.max(mostB, Math.abs(b[row]!));
  }
  // As if one more row had the most that two values of the sample can weigh: rare values that never
  // met in it may meet, and values that always did may not.
  let most = Math.max(
    (1 - Math.abs(correlation)) * mostA * mostB,
    (Math.abs(correlation) * Math.max(mostA, mostB) ** 2) / 2,
  );
  let squares = most ** 2;
  for (let row = 0; row < rows; row += 1) {
    const x = a[row]!;
    const y = b[row]!;
    const influence = x * y - (correlation * (x * x + y * y)) / 2;
    squares += influence * influence;
    most = Math.max(most, Math.abs(influence));
  }
  return { variance: squares / rows, most };
}
