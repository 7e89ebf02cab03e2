import {
  buildReference,
  createMonitor,
  type Monitor,
  outputFeature,
  type Reference,
} from '@modelmeter/core';
import { fleetBins } from '@modelmeter/core/drift';
import { type FeatureProfile, quantileBins } from '@modelmeter/kernel/profiles';
import { builtInStatistics, ksFromBins } from '@modelmeter/kernel/statistics';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { expectPassed, type InputSeries, promtoolMissing, runUnitTests } from './promtool.js';

/** From the rows that monitors observe, through their metrics, to the scores that the rules record. */

const features = [
  { name: 'age', type: 'numeric', cycle: 'day' },
  { name: 'city', type: 'categorical' },
  // Mostly 0: this value has a bin of its own, whose lower edge is the double below it.
  { name: 'gain', type: 'numeric' },
] as const;
const outputs = { task: 'binary', score: 'score', decisionThreshold: 0.5 } as const;
const minutes = 70;
const windowMinutes = 60;

interface Row {
  readonly age: number;
  readonly city: string | null;
  readonly gain: number;
  readonly score: number;
}

/** Numbers in [0, 1), the same in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 16), 0x45d9f3b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
}

function drawRow(random: () => number, shift: number): Row {
  const place = random();
  return {
    age: random() < 0.04 + shift / 10 ? Number.NaN : Math.round(20 + 40 * random() + 25 * shift),
    city: place < 0.5 ? 'Bern' : place < 0.9 - shift / 5 ? 'Basel' : random() < 0.5 ? null : 'Chur',
    gain: random() < 0.8 - shift / 4 ? 0 : Math.round(50 * random() - 10),
    score: random() ** (1 + shift),
  };
}

const referenceRows = (seed: number, rows: number): Row[] => {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, () => drawRow(random, 0));
};

function referenceOf(rows: readonly Row[]): Reference {
  return buildReference({
    modelName: 'm',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features: [...features, outputFeature(outputs)],
    columns: {
      age: rows.map(({ age }) => age),
      city: rows.map(({ city }) => (city === 'Chur' ? 'Basel' : city)),
      gain: rows.map(({ gain }) => gain),
      score: rows.map(({ score }) => score),
    },
  });
}

/** One replica and the rows that it observes. */
interface Process {
  readonly instance: string;
  readonly reference: Reference;
  readonly rowsPerMinute: number;
  readonly shift: number;
}

function startMonitor({ reference }: Process): { monitor: Monitor; registry: Registry } {
  const registry = new Registry();
  const monitor = createMonitor({
    registry,
    model: { name: 'm', version: '1' },
    features: [...features],
    outputs,
    reference,
    clock: { now: () => 0 },
  });
  return { monitor, registry };
}

/** Records every series by minute in the notation of promtool, with `_` where it is absent. */
async function record(process: Process, rows: Row[], into: Map<string, string[]>): Promise<void> {
  const random = seededRandom(process.instance.length + process.rowsPerMinute);
  // The same rows every minute, so that every window of an hour holds sixty times those.
  const batch = Array.from({ length: process.rowsPerMinute }, () => drawRow(random, process.shift));
  const { monitor, registry } = startMonitor(process);
  for (let minute = 0; minute <= minutes; minute += 1) {
    for (const line of (await registry.metrics()).split('\n')) {
      const match = /^(model_feature_\w+)\{(.*)\} (\S+)$/.exec(line);
      if (match === null) continue;
      const series = `${match[1]}{job="modelmeter",instance="${process.instance}",${match[2]}}`;
      const values = into.get(series) ?? Array<string>(minute).fill('_');
      values.push(match[3]!);
      into.set(series, values);
    }
    if (minute < windowMinutes) rows.push(...batch);
    monitor.observe({
      rows: batch.length,
      features: [
        { names: ['age'], data: Float64Array.from(batch, ({ age }) => age) },
        { names: ['city'], data: batch.map(({ city }) => city) },
        { names: ['gain'], data: Float64Array.from(batch, ({ gain }) => gain) },
      ],
      outputs: [{ name: 'score', data: Float64Array.from(batch, ({ score }) => score) }],
      durationSeconds: 0.001,
    });
  }
  monitor.close();
}

/** Rows in the exported bins, counted one by one. */
function countNumeric(profile: FeatureProfile, values: readonly number[]): Float64Array {
  if (profile.type !== 'numeric') throw new Error('not a numeric feature');
  const edges = quantileBins(profile);
  const counts = new Float64Array(edges.length + 2);
  for (const value of values) {
    if (Number.isNaN(value)) counts[edges.length + 1]! += 1;
    else counts[edges.filter((edge) => value > edge).length]! += 1;
  }
  return counts;
}

function countCategories(
  profile: FeatureProfile,
  values: readonly (string | null)[],
): Float64Array {
  if (profile.type !== 'categorical') throw new Error('not a categorical feature');
  const names = profile.categories.length;
  const counts = new Float64Array(names + 3);
  for (const value of values) {
    if (value === null) counts[names + 2]! += 1;
    else {
      const known = profile.categories.indexOf(value);
      counts[known === -1 ? names + 1 : known]! += 1;
    }
  }
  return counts;
}

function expectedScores(
  reference: Reference,
  base: readonly Row[],
  rows: readonly Row[],
): Record<string, Record<string, number>> {
  const bins = (one: readonly Row[], isReference: boolean): Record<string, Float64Array> => ({
    age: countNumeric(
      reference.features.get('age')!,
      one.map(({ age }) => age),
    ),
    city: countCategories(
      reference.features.get('city')!,
      one.map(({ city }) => (isReference && city === 'Chur' ? 'Basel' : city)),
    ),
    gain: countNumeric(
      reference.features.get('gain')!,
      one.map(({ gain }) => gain),
    ),
    score: countNumeric(
      reference.features.get('score')!,
      one.map(({ score }) => score),
    ),
  });
  const referenceCounts = bins(base, true);
  const currentCounts = bins(rows, false);
  return Object.fromEntries(
    Object.keys(referenceCounts).map((name) => {
      const type = name === 'city' ? 'categorical' : 'numeric';
      const both = { reference: referenceCounts[name]!, current: currentCounts[name]! };
      const fleet = fleetBins(type, both);
      const scores: Record<string, number> = {};
      for (const statistic of builtInStatistics) {
        if (statistic.input !== 'bins') continue;
        scores[statistic.name] = statistic.compute(fleet.reference, fleet.current).score;
      }
      if (type === 'numeric') {
        const onGrid = (counts: Float64Array): number[] =>
          Array.from(counts.subarray(0, -1)).flatMap((bin, index) =>
            index === 0 ? [bin] : [0, bin],
          );
        scores.ks_statistic = ksFromBins(onGrid(both.reference), onGrid(both.current)).statistic;
      }
      return [name, scores];
    }),
  );
}

describe.skipIf(promtoolMissing !== undefined)('the metrics of several monitors', () => {
  it('give the rules the scores of all rows of all replicas, by reference', async () => {
    const [oldRows, newRows] = [referenceRows(1, 3000), referenceRows(2, 2000)];
    const [old, fresh] = [referenceOf(oldRows), referenceOf(newRows)];
    const processes: Process[] = [
      { instance: 'a:8001', reference: old, rowsPerMinute: 40, shift: 1 },
      { instance: 'bb:8001', reference: old, rowsPerMinute: 3, shift: 0 },
      { instance: 'ccc:8001', reference: old, rowsPerMinute: 11, shift: 0.2 },
      { instance: 'dddd:8001', reference: fresh, rowsPerMinute: 20, shift: 0.5 },
    ];
    const series = new Map<string, string[]>();
    const rows = new Map<Reference, Row[]>([
      [old, []],
      [fresh, []],
    ]);
    for (const process of processes) {
      await record(process, rows.get(process.reference)!, series);
    }
    const input: InputSeries[] = [...series].map(([name, values]) => ({
      series: name,
      values: values.join(' '),
    }));
    const statistics = ['psi', 'share_moved', 'chi2_statistic', 'js_distance', 'ks_statistic'];
    const tests = [[old, oldRows] as const, [fresh, newRows] as const].flatMap(
      ([reference, base]) =>
        Object.entries(expectedScores(reference, base, rows.get(reference)!)).flatMap(
          ([feature, scores]) =>
            statistics.flatMap((statistic) => {
              const labels = `job="modelmeter",model_name="m",model_version="1",feature="${feature}",reference_id="${reference.id}"`;
              if (scores[statistic] === undefined) return [];
              expect(scores[statistic]).toBeGreaterThan(0.001);
              return {
                expr: `abs(feature:model_feature_drift_${statistic}:increase_drift_window{${labels}} - ${scores[statistic]}) < bool 1e-9`,
                eval_time: `${minutes}m`,
                exp_samples: [{ labels: `{${labels}}`, value: 1 }],
              };
            }),
        ),
    );
    expect(tests).toHaveLength(2 * (5 + 4 + 5 + 5));
    expectPassed(
      await runUnitTests([{ input_series: input, promql_expr_test: tests }], {
        rules: { driftWindow: `${windowMinutes}m` },
        files: ['fleet.yaml'],
        evaluationInterval: '10m',
      }),
    );
  });
});
