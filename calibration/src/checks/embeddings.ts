import type { Random } from '@modelmeter/kernel';
import { type EmbeddingBasis, embeddingProfile } from '@modelmeter/kernel/profiles';
import { correlationChanges, embeddingDiscrepancy } from '@modelmeter/kernel/statistics';
import type { Bound } from '../bounds.js';
import { percent, type Row, score } from '../row.js';
import { normal, randomFor } from '../sampling.js';

const level = 0.05;
/** Of the finding that a correlation changed. */
const findingLevel = 0.0001;
const namedPower = 0.95;
const referenceRows = 5000;
/** A basis serves so many pairs of samples, since making one takes as long as many of them. */
const samplesPerBasis = 10;

/** Vectors of two sources; what moves is drawn by `moved`. */
interface Source {
  readonly name: string;
  readonly dimension: number;
  /** Whether a vector holds the columns of a table. */
  readonly isTable: boolean;
  readonly rows: number;
  still(random: Random, rows: number): Float64Array;
  moved(random: Random, rows: number): Float64Array;
  /** The least share of moved samples to find, where one is promised. */
  readonly power?: number;
}

/** Tables and embeddings: the false alarms and the power. */
export function embeddingRows(trials: number, seed: number, bound: Bound): Row[] {
  return [
    tableSource(4, 1000, 0.95),
    tableSource(4, 5000, 0.99),
    tableSource(20, 5000, 0.6),
    tableSource(100, 1000),
    tableSource(100, 5000),
    topicSource(),
  ].flatMap((source) => rowsOf(source, trials, seed, bound));
}

function rowsOf(source: Source, trials: number, seed: number, bound: Bound): Row[] {
  const random = randomFor(seed, source.name);
  const still = measure(source, random, trials, (rows) => source.still(random, rows));
  const moved = measure(source, random, trials, (rows) => source.moved(random, rows));
  const middle = moved.scores.sort((a, b) => a - b)[trials >> 1]!;
  const most = bound.most(level, trials);
  const { power } = source;
  return [
    {
      check: `${source.name}, m = ${source.rows}: rejected at ${level} without drift`,
      measured: percent(still.rejected / trials),
      goal: `at most ${percent(level)} + ${bound.allowance}`,
      met: still.rejected <= most,
    },
    {
      check: `${source.name}, m = ${source.rows}: rejected with drift; median score`,
      measured: `${percent(moved.rejected / trials)}; ${score(middle)}`,
      goal: power === undefined ? '' : `at least ${percent(power)}`,
      ...(power === undefined ? {} : { met: moved.rejected >= power * trials }),
    },
    ...(source.isTable ? correlationRows(source, still, moved, trials, bound) : []),
  ];
}

/** The same by the finding that names two columns. */
function correlationRows(
  { name, rows }: Source,
  still: Measured,
  moved: Measured,
  trials: number,
  bound: Bound,
): Row[] {
  return [
    {
      check: `${name}, m = ${rows}: any correlation found changed without drift`,
      measured: percent(still.changed / trials),
      goal: `at most ${percent(findingLevel)} + ${bound.allowance}`,
      met: still.changed <= bound.most(findingLevel, trials),
    },
    {
      check: `${name}, m = ${rows}: the two columns named with drift`,
      measured: percent(moved.named / trials),
      goal: `at least ${percent(namedPower)}`,
      met: moved.named >= namedPower * trials,
    },
  ];
}

interface Measured {
  readonly rejected: number;
  readonly scores: number[];
  /** Samples in which any correlation was found changed; in which it was that of the first two. */
  readonly changed: number;
  readonly named: number;
}

function measure(
  source: Source,
  random: Random,
  trials: number,
  draw: (rows: number) => Float64Array,
): Measured {
  let rejected = 0;
  let changed = 0;
  let named = 0;
  const scores: number[] = [];
  let basis: EmbeddingBasis | undefined;
  for (let trial = 0; trial < trials; trial += 1) {
    if (basis === undefined || trial % samplesPerBasis === 0) {
      basis = basisOf(source, random, trial);
    }
    // Both are drawn again, so that no trial shares the chance of another.
    const reference = embeddingProfile(source.still(random, referenceRows), { basis });
    const current = embeddingProfile(draw(source.rows), { basis });
    const found = embeddingDiscrepancy(reference, current);
    if (found.pValue < level) rejected += 1;
    scores.push(found.score);
    const [change] = correlationChanges(reference, current, findingLevel);
    if (change !== undefined) changed += 1;
    if (change?.columns.join() === 'c0,c1') named += 1;
  }
  return { rejected, scores, changed, named };
}

function basisOf(source: Source, random: Random, seed: number): EmbeddingBasis {
  const { dimension, isTable } = source;
  const columns = Array.from({ length: dimension }, (_, column) => `c${column}`);
  const { basis } = embeddingProfile(source.still(random, referenceRows), {
    seed,
    ...(isTable ? { columns } : { dimension }),
  });
  return basis;
}

/** Independent normal columns, of which two become correlated by 0.6: no column shows it. */
function tableSource(dimension: number, rows: number, power?: number): Source {
  const draw = (random: Random, count: number, correlation: number): Float64Array => {
    const table = Float64Array.from({ length: count * dimension }, () => normal(random));
    const rest = Math.sqrt(1 - correlation ** 2);
    for (let at = 0; at < table.length; at += dimension) {
      table[at + 1] = correlation * table[at]! + rest * table[at + 1]!;
    }
    return table;
  };
  return {
    name: `${dimension} columns, a correlation from 0 to 0.6`,
    dimension,
    isTable: true,
    rows,
    still: (random, count) => draw(random, count, 0),
    moved: (random, count) => draw(random, count, 0.6),
    ...(power === undefined ? {} : { power }),
  };
}

/** Unit vectors of eight topics of equal share, of which one grows to a fifth. */
function topicSource(): Source {
  const dimension = 384;
  const topics = 8;
  const random = randomFor(1, 'topics');
  const centres = Array.from({ length: topics }, () =>
    Float64Array.from({ length: dimension }, () => normal(random)),
  );
  const draw = (stream: Random, rows: number, share: number): Float64Array => {
    const vectors = new Float64Array(rows * dimension);
    for (let row = 0; row < rows; row += 1) {
      const topic = stream.next() < share ? 0 : 1 + stream.integer(topics - 1);
      const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
      let square = 0;
      for (let index = 0; index < dimension; index += 1) {
        vector[index] = centres[topic]![index]! + 1.5 * normal(stream);
        square += vector[index]! ** 2;
      }
      for (let index = 0; index < dimension; index += 1) vector[index]! /= Math.sqrt(square);
    }
    return vectors;
  };
  return {
    name: 'embeddings of 384 values, one topic of eight from 12.5 % to 20 %',
    dimension,
    isTable: false,
    rows: 1000,
    still: (stream, rows) => draw(stream, rows, 1 / topics),
    moved: (stream, rows) => draw(stream, rows, 0.2),
    power: 0.9,
  };
}
