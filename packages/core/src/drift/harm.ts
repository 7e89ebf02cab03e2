import { createRandom, type Random } from '@modelmeter/kernel';
import { createCategoryCodes, toCategory } from '../categories.js';
import { CoreError } from '../errors.js';
import { numberOf, type TensorData } from '../prediction.js';
import type { FeatureDrift, Harm } from '../report.js';
import { shortNumber } from './words/short-number.js';

/** The columns of a table by name, with one entry per row: a value, or the vector of an embedding. */
export type ModelColumns = Readonly<Record<string, ArrayLike<unknown>>>;

/** One finite number per row. Called once for the reference rows and once for each ranked feature. */
export type ScoreRows = (
  columns: Readonly<Record<string, readonly unknown[]>>,
  rows: number,
) => ArrayLike<number> | Promise<ArrayLike<number>>;

type Value = TensorData[number];

/** With these, the mean of a change that every third row has is known to a tenth of it. */
const defaultRows = 1000;
/** If a feature mattered to one in ten of its changed rows, 30 of them would show it in 96 % of cases. */
const rowsThatShowUse = 30;

/**
 * Ranks shifted features by harm: how much the scores of the model change, in the mean of the absolute
 * changes, when reference rows get the values that the feature has now. The most harmful comes first;
 * features without a harm follow in their order.
 *
 * The harm of a feature is measured alone, on reference rows drawn by chance, whose other values stay.
 * Their values are changed as little as the current distribution allows: ranks stay (numeric features),
 * or as many rows as possible keep their category (categorical features, missing values). So a feature
 * that did not move has a harm near 0, whatever its importance. The interval follows from the rows
 * drawn; the current rows are taken as they are.
 *
 * Measured are the features in state `investigate` or `drift` that have one value per row and a column
 * in `reference`; the output of the model has none. A feature in `drift` whose changes leave every
 * score as it was is `investigate` afterwards, if at least 30 rows were changed; pass the result to
 * `verdictOf` for the state of the model.
 *
 * The model must be deterministic. O(rows log rows) per feature, and the calls of the model.
 *
 * @param options.score The scores of the model: its probability, its value, or one class of it.
 * @param options.reference Rows of the reference: all features that the model reads.
 * @param options.current The current rows, of the features that are measured at least.
 * @param options.rows Number of reference rows that are scored; default 1000, or all if there are fewer.
 * @param options.seed Whole number from 0 to 2^32 - 1; the same seed draws the same rows. Default 1.
 * @param options.keepDrift Whether a feature that the model does not use stays in state `drift`.
 * @throws CoreError REFERENCE_MISMATCH when a side has no rows, columns differ in length, or the
 * current rows lack a feature; MODEL_MISMATCH when the scores are not one finite number per row;
 * CONFIG_INVALID when `rows` is below 1.
 */
export async function rankByHarm(
  features: readonly FeatureDrift[],
  options: {
    readonly score: ScoreRows;
    readonly reference: ModelColumns;
    readonly current: ModelColumns;
    readonly rows?: number;
    readonly seed?: number;
    readonly keepDrift?: boolean;
  },
): Promise<FeatureDrift[]> {
  const { score, reference, current, rows = defaultRows, seed = 1, keepDrift = false } = options;
  if (!(rows >= 1)) {
    throw new CoreError('CONFIG_INVALID', `rows is ${rows}. Score at least one row.`);
  }
  const random = createRandom(seed);
  const drawn = drawRows(rowsOf(reference, 'reference'), rows, random);
  rowsOf(current, 'current');
  const columns = Object.fromEntries(
    Object.entries(reference).map(([name, column]) => [name, drawn.map((row) => column[row])]),
  );
  const before = await scoresOf(score, columns, drawn.length);
  const ranked: FeatureDrift[] = [];
  for (const feature of features) {
    if (!isMeasured(feature, reference)) {
      ranked.push(feature);
      continue;
    }
    const values = shiftedValues(
      feature.type,
      reference[feature.name] as ArrayLike<Value>,
      currentColumn(current, feature.name),
      drawn,
      random,
    );
    const after = await scoresOf(score, { ...columns, [feature.name]: values }, drawn.length);
    const changed = values.filter((value, row) => !Object.is(value, columns[feature.name]![row]));
    ranked.push(withHarm(feature, harmOf(before, after, changed.length), keepDrift));
  }
  return ranked.sort((a, b) => (b.harm?.estimate ?? -1) - (a.harm?.estimate ?? -1));
}

function isMeasured(
  { name, type, segment, state }: FeatureDrift,
  reference: ModelColumns,
): boolean {
  const isShifted = state === 'drift' || state === 'investigate';
  return (
    isShifted && type !== 'embedding' && segment === undefined && Object.hasOwn(reference, name)
  );
}

function rowsOf(columns: ModelColumns, side: 'reference' | 'current'): number {
  const [first, ...others] = Object.entries(columns);
  const rows = first?.[1].length ?? 0;
  if (rows === 0) {
    throw new CoreError(
      'REFERENCE_MISMATCH',
      `The ${side} columns have no rows. Give at least one row.`,
    );
  }
  for (const [name, { length }] of others) {
    if (length === rows) continue;
    throw new CoreError(
      'REFERENCE_MISMATCH',
      `The ${side} column "${name}" has ${length} entries, "${first![0]}" has ${rows}. Give every column one entry per row.`,
    );
  }
  return rows;
}

function currentColumn(current: ModelColumns, name: string): ArrayLike<Value> {
  if (Object.hasOwn(current, name)) return current[name] as ArrayLike<Value>;
  throw new CoreError(
    'REFERENCE_MISMATCH',
    `The current columns lack "${name}"; they are ${Object.keys(current).join(', ')}. Add the column.`,
  );
}

/** Positions of rows in random order, without repetition. */
function drawRows(rows: number, limit: number, random: Random): number[] {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const drawn = Math.min(rows, limit);
  for (let row = 0; row < drawn; row += 1) {
    const other = row + random.integer(rows - row);
    [order[row], order[other]] = [order[other]!, order[row]!];
  }
  return Array.from(order.subarray(0, drawn));
}

async function scoresOf(
  score: ScoreRows,
  columns: Readonly<Record<string, readonly unknown[]>>,
  rows: number,
): Promise<ArrayLike<number>> {
  const scores = await score(columns, rows);
  if (scores.length !== rows) {
    throw new CoreError(
      'MODEL_MISMATCH',
      `The model returned ${scores.length} scores for ${rows} rows. Return one number per row.`,
    );
  }
  for (let row = 0; row < rows; row += 1) {
    if (Number.isFinite(scores[row])) continue;
    throw new CoreError(
      'MODEL_MISMATCH',
      `The model returned the score ${scores[row]} for row ${row}. Return a finite number per row.`,
    );
  }
  return scores;
}

/** Values of a column that move together: one category, all numbers, or the missing values. */
type Group = string | number | null;

/**
 * New values of the drawn rows, distributed like the current column and as close as possible to the
 * values that the rows have. Source: maximal coupling of the groups (Thorisson 2000, "Coupling,
 * Stationarity, and Regeneration", 1.5), monotone coupling of the numbers (Villani 2009, "Optimal
 * Transport", 1).
 */
function shiftedValues(
  type: FeatureDrift['type'],
  reference: ArrayLike<Value>,
  current: ArrayLike<Value>,
  rows: readonly number[],
  random: Random,
): Value[] {
  const groupOf = type === 'numeric' ? numberGroup : categoryGroup(reference);
  const before = valuesByGroup(reference, groupOf);
  const after = valuesByGroup(current, groupOf);
  const growing = [...after].map(([group, values]) => {
    const share = (before.get(group)?.length ?? 0) / reference.length;
    return { values, share: Math.max(0, values.length / current.length - share) };
  });
  const growth = growing.reduce((sum, { share }) => sum + share, 0);
  const mapNumber =
    type === 'numeric' ? rankMap(before.get(allNumbers), after.get(allNumbers), random) : undefined;

  const arrival = (): Value => {
    let left = random.next() * growth;
    const found = growing.find(({ share }) => (left -= share) < 0) ?? growing.at(-1)!;
    return found.values[random.integer(found.values.length)]!;
  };
  return rows.map((row) => {
    const value = reference[row];
    const group = groupOf(value);
    const share = (before.get(group)?.length ?? 0) / reference.length;
    const shareNow = (after.get(group)?.length ?? 0) / current.length;
    if (random.next() * share >= shareNow) return arrival();
    return group === allNumbers && mapNumber !== undefined ? mapNumber(value) : value;
  });
}

const allNumbers = 'numbers';

function numberGroup(value: Value): Group {
  return Number.isNaN(numberOf(value) ?? Number.NaN) ? null : allNumbers;
}

/** The groups of categories, which may be written in several ways. */
function categoryGroup(reference: ArrayLike<Value>): (value: Value) => Group {
  const names = new Set(Array.from(reference, toCategory).filter((name) => name !== null));
  const codeOf = createCategoryCodes([...names]);
  return (value) => {
    const code = codeOf(value);
    return code < 0 ? toCategory(value) : code;
  };
}

function valuesByGroup(
  column: ArrayLike<Value>,
  groupOf: (value: Value) => Group,
): Map<Group, Value[]> {
  const groups = new Map<Group, Value[]>();
  for (let row = 0; row < column.length; row += 1) {
    const group = groupOf(column[row]);
    const values = groups.get(group);
    if (values === undefined) groups.set(group, [column[row]]);
    else values.push(column[row]);
  }
  return groups;
}

/** Maps a number to the current one of the same rank; equal numbers share their ranks by chance. */
function rankMap(
  reference: readonly Value[] = [],
  current: readonly Value[] = [],
  random: Random,
): (value: Value) => Value {
  const from = Float64Array.from(reference, Number).sort();
  const to = [...current].sort((a, b) => Number(a) - Number(b));
  return (value) => {
    const first = countBelow(from, Number(value), false);
    const end = countBelow(from, Number(value), true);
    const rank = (first + random.next() * (end - first)) / from.length;
    return to[Math.min(to.length - 1, Math.floor(rank * to.length))]!;
  };
}

/** How many of the sorted numbers are below the value, or equal to it too. O(log n). */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isBelow = orEqual ? sorted[middle]! <= value : sorted[middle]! < value;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The mean absolute change with its 95 % interval, from the normal distribution. */
function harmOf(before: ArrayLike<number>, after: ArrayLike<number>, changedRows: number): Harm {
  const rows = before.length;
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < rows; row += 1) {
    const change = Math.abs(after[row]! - before[row]!);
    sum += change;
    squares += change * change;
  }
  const estimate = sum / rows;
  const variance = rows > 1 ? Math.max(0, squares - rows * estimate * estimate) / (rows - 1) : 0;
  const margin = rows > 1 ? 1.96 * Math.sqrt(variance / rows) : Infinity;
  return {
    estimate,
    low: Math.max(0, estimate - margin),
    high: estimate + margin,
    rows,
    changedRows,
  };
}

function withHarm(feature: FeatureDrift, harm: Harm, keepDrift: boolean): FeatureDrift {
  const { estimate, low, high, rows, changedRows } = harm;
  if (estimate > 0) {
    const size = `${shortNumber(estimate, 3)} (${shortNumber(low, 3)} to ${shortNumber(high, 3)})`;
    return {
      ...feature,
      harm,
      explanation: `${feature.explanation} It changes the scores of the model by ${size} on average.`,
    };
  }
  const unchanged = `${rows} of ${rows} scores of the model stay as they are`;
  if (feature.state !== 'drift' || keepDrift || changedRows < rowsThatShowUse) {
    return { ...feature, harm, explanation: `${feature.explanation} With it, ${unchanged}.` };
  }
  const { driftSinceMs, ...rest } = feature;
  const shift = feature.explanation.replace(/^Drift: /, '');
  const explanation = `Investigate: a shift with which ${unchanged}. ${shift}`;
  return { ...rest, state: 'investigate', harm, explanation };
}
