import { readFileSync } from 'node:fs';
import { type ComparedBins, fleetBins } from '@modelmeter/core/drift';
import {
  builtInStatistics,
  ksFromBins,
  poolRareBins,
  psiEffect,
} from '@modelmeter/kernel/statistics';
import { describe, expect, it } from 'vitest';
import { type BinRows, type FleetFeature, type Replica, seriesOf } from './fleet-series.js';
import { expectPassed, promtoolMissing, runUnitTests, type UnitTest } from './promtool.js';

interface FixtureCase {
  readonly name: string;
  readonly type: 'numeric' | 'categorical';
  readonly reference: BinRows;
  /** Rows per minute and bin of every replica. */
  readonly replicas: readonly BinRows[];
  readonly scores: Readonly<Record<string, number>>;
}

const cases = JSON.parse(
  readFileSync(new URL('fixtures/fleet-scores.json', import.meta.url), 'utf8'),
) as readonly FixtureCase[];
const windowMinutes = 60;

/** The recorded series of a score. */
const recorded: Readonly<Record<string, string>> = {
  psi: 'feature:model_feature_drift_psi:increase_drift_window',
  psi_effect: 'feature:model_feature_drift_psi_effect:increase_drift_window',
  share_moved: 'feature:model_feature_drift_share_moved:increase_drift_window',
  chi2_statistic: 'feature:model_feature_drift_chi2_statistic:increase_drift_window',
  degrees_of_freedom: 'feature:model_feature_drift_chi2_degrees_of_freedom:increase_drift_window',
  js_distance: 'feature:model_feature_drift_js_distance:increase_drift_window',
  ks_statistic: 'feature:model_feature_drift_ks_statistic:increase_drift_window',
  ks_resolution: 'feature:model_feature_drift_ks_resolution:increase_drift_window',
};

/** The scores of the kernel for a feature, from its rows per exported bin. */
function engineScores(type: FixtureCase['type'], bins: ComparedBins): Record<string, number> {
  const fleet = fleetBins(type, bins);
  const scores: Record<string, number> = {};
  for (const statistic of builtInStatistics) {
    if (statistic.input !== 'bins' || recorded[statistic.name] === undefined) continue;
    scores[statistic.name] = statistic.compute(fleet.reference, fleet.current).score;
  }
  const pooled = poolRareBins(fleet.reference, fleet.current);
  scores.psi_effect = psiEffect(pooled.reference, pooled.current).estimate;
  scores.degrees_of_freedom = pooled.bins - 1;
  if (type === 'numeric') {
    // On a grid, bins are the gaps between the points; no row is on a point itself.
    const onGrid = (rows: Float64Array): number[] =>
      Array.from(rows.subarray(0, -1)).flatMap((bin, index) => (index === 0 ? [bin] : [0, bin]));
    const { statistic, resolution } = ksFromBins(onGrid(bins.reference), onGrid(bins.current));
    scores.ks_statistic = statistic;
    scores.ks_resolution = resolution;
  }
  return scores;
}

function inWindow(reference: BinRows, replicas: readonly BinRows[]): ComparedBins {
  const current = Float64Array.from(reference, (_, bin) =>
    replicas.reduce((rows, replica) => rows + windowMinutes * replica[bin]!, 0),
  );
  return { reference: Float64Array.from(reference), current };
}

function featureLabels(feature: string, referenceId = 'r1'): string {
  return `job="modelmeter",model_name="m",model_version="1",feature="${feature}",reference_id="${referenceId}"`;
}

/** Tests that every score of a feature is within 1e-9 of the expected score at one time. */
function scoreTests(
  feature: string,
  scores: Readonly<Record<string, number>>,
  { at = '90m', referenceId = 'r1' } = {},
): NonNullable<UnitTest['promql_expr_test']> {
  const labels = featureLabels(feature, referenceId);
  return Object.entries(scores).flatMap(([score, value]) => {
    const series = recorded[score];
    if (series === undefined) return [];
    return {
      expr: `abs(${series}{${labels}} - ${value}) < bool 1e-9`,
      eval_time: at,
      exp_samples: [{ labels: `{${labels}}`, value: 1 }],
    };
  });
}

async function expectScores(
  tests: readonly UnitTest[],
  driftWindow = `${windowMinutes}m`,
  evaluationInterval = '10m',
): Promise<void> {
  expectPassed(
    await runUnitTests(tests, {
      rules: { driftWindow },
      files: ['increases.yaml', 'fleet.yaml'],
      evaluationInterval,
    }),
  );
}

const replica = (
  instance: string,
  rowsPerMinute: BinRows,
  more: Partial<Replica> = {},
): Replica => ({
  instance,
  referenceId: 'r1',
  rowsPerMinute,
  ...more,
});

describe('the kernel on the bins of a fleet', () => {
  it.each(cases)('scores $name as scipy and numpy do', ({ type, reference, replicas, scores }) => {
    const found = engineScores(type, inWindow(reference, replicas));
    for (const [name, value] of Object.entries(found)) {
      // The distance that scipy gives for equal samples is the root of a rounding error.
      const digits = name === 'js_distance' && value < 1e-6 ? 7 : 11;
      expect(value, name).toBeCloseTo(scores[name]!, digits);
    }
    expect(Object.keys(found)).toHaveLength(type === 'numeric' ? 8 : 6);
  });
});

describe.skipIf(promtoolMissing !== undefined)('the recording rules of a fleet', () => {
  it('agree with the kernel and with scipy to 1e-9, and to 8 % on what chance reaches', async () => {
    await expectScores([
      {
        input_series: cases.flatMap((one) =>
          one.replicas.flatMap((rows, index) => seriesOf(one, replica(`host${index}:8001`, rows))),
        ),
        promql_expr_test: cases.flatMap(({ name, type, reference, replicas, scores }) => [
          ...scoreTests(name, engineScores(type, inWindow(reference, replicas))),
          ...scoreTests(name, { chi2_statistic: scores.chi2_statistic! }),
          {
            expr: `abs(feature:model_feature_drift_chi2_statistic:chance_drift_window{feature="${name}"} / ${scores.chi2_chance} - 1) < bool 0.08`,
            eval_time: '90m',
            exp_samples: [{ labels: `{${featureLabels(name)}}`, value: 1 }],
          },
        ]),
      },
    ]);
  });

  const speed: FleetFeature = {
    name: 'speed',
    type: 'numeric',
    reference: [400, 300, 200, 80, 20],
  };
  const moved = [1, 2, 3, 4, 1];
  const still = [8, 6, 4, 2, 0];

  it('include all rows of a restarted replica', async () => {
    const replicas = [moved, still];
    await expectScores([
      {
        input_series: [
          ...seriesOf(speed, replica('a:8001', moved, { restartsAt: 60 })),
          ...seriesOf(speed, replica('b:8001', still)),
        ],
        promql_expr_test: scoreTests(
          'speed',
          engineScores('numeric', inWindow(speed.reference, replicas)),
        ),
      },
    ]);
  });

  it('differ from the mean of the scores of single replicas', async () => {
    const [fleet, ...own] = [[moved, still], [moved], [still]].map(
      (replicas) => engineScores('numeric', inWindow(speed.reference, replicas)).psi!,
    );
    const mean = (own[0]! + own[1]!) / 2;
    expect(Math.abs(fleet! - mean)).toBeGreaterThan(0.1);
    await expectScores([
      {
        input_series: [
          ...seriesOf(speed, replica('a:8001', moved)),
          ...seriesOf(speed, replica('b:8001', still)),
        ],
        promql_expr_test: scoreTests('speed', { psi: fleet! }),
      },
    ]);
  });

  it('keep references separate that are in use at the same time', async () => {
    const finer: FleetFeature = {
      name: 'speed',
      type: 'numeric',
      reference: [100, 300, 250, 200, 100, 50, 0],
    };
    const same: FleetFeature = { ...speed, reference: [100, 200, 300, 380, 20] };
    const rows = [2, 2, 3, 1, 1, 1, 0];
    await expectScores([
      {
        input_series: [
          ...seriesOf(speed, replica('a:8001', moved)),
          ...seriesOf(finer, replica('b:8001', rows, { referenceId: 'r2' })),
          ...seriesOf(same, replica('c:8001', still, { referenceId: 'r3' })),
        ],
        promql_expr_test: [
          ...scoreTests('speed', engineScores('numeric', inWindow(speed.reference, [moved]))),
          ...scoreTests('speed', engineScores('numeric', inWindow(finer.reference, [rows])), {
            referenceId: 'r2',
          }),
          ...scoreTests('speed', engineScores('numeric', inWindow(same.reference, [still])), {
            referenceId: 'r3',
          }),
        ],
      },
    ]);
  });

  it('record nothing without traffic, and nothing once the replicas are gone', async () => {
    const nothing = [0, 0, 0, 0, 0];
    await expectScores([
      {
        name: 'without traffic',
        input_series: seriesOf(speed, replica('a:8001', nothing)),
        promql_expr_test: Object.values(recorded).map((series) => ({
          expr: series,
          eval_time: '90m',
          exp_samples: [],
        })),
      },
      {
        name: 'the replica is gone',
        input_series: seriesOf(speed, replica('a:8001', moved, { endsAt: 70 })),
        promql_expr_test: Object.values(recorded).map((series) => ({
          expr: series,
          eval_time: '80m',
          exp_samples: [],
        })),
      },
    ]);
  });

  it('keep the rows of a replica that has gone while others use its reference', async () => {
    // Until minute 70: 40 of the 60 minutes of the window that ends at minute 90.
    const left = moved.map((rows) => (rows * 40) / 60);
    const expected = engineScores('numeric', inWindow(speed.reference, [left, still]));
    await expectScores([
      {
        input_series: [
          ...seriesOf(speed, replica('a:8001', moved, { endsAt: 70 })),
          ...seriesOf(speed, replica('b:8001', still)),
        ],
        promql_expr_test: [
          {
            // Prometheus extrapolates by half a scrape interval where a series ends.
            expr: `abs(feature:model_feature_drift_psi:increase_drift_window / ${expected.psi} - 1) < bool 0.02`,
            eval_time: '90m',
            exp_samples: [{ labels: `{${featureLabels('speed')}}`, value: 1 }],
          },
        ],
      },
    ]);
  });

  it('use a window of a day by default', async () => {
    const day = { ...speed, name: 'a day' };
    const minutes = 24 * 60;
    const current = Float64Array.from(moved, (rows) => rows * minutes);
    const scores = engineScores('numeric', {
      reference: Float64Array.from(speed.reference),
      current,
    });
    await expectScores(
      [
        {
          input_series: seriesOf(day, replica('a:8001', moved, { endsAt: 2 * minutes })),
          // Not a multiple of five minutes, so that the window has whole steps only.
          promql_expr_test: scoreTests('a day', scores, { at: '30h4m' }),
        },
      ],
      '24h',
      '4m',
    );
  });
});
