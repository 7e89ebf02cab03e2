import { builtInStatistics, type Statistic } from '@modelmeter/kernel/statistics';
import { describe, expect, it } from 'vitest';
import { testName } from '../../src/drift/criteria.js';
import { createDriftPolicy, type DriftPolicy } from '../../src/drift/policy.js';
import { driftSchema } from '../../src/settings/drift.js';
import type { FeatureConfig } from '../../src/settings/features.js';
import { parseSettings } from '../../src/settings/problems.js';

const numeric: FeatureConfig = { name: 'x', type: 'numeric' };
const categorical: FeatureConfig = { name: 'c', type: 'categorical' };

function policyOf(
  drift: Parameters<typeof driftSchema.parse>[0] = {},
  features: readonly FeatureConfig[] = [numeric, categorical],
  own: readonly Statistic[] = [],
): DriftPolicy {
  return createDriftPolicy(parseSettings(driftSchema, drift), features, { statistics: own });
}

const mine: Statistic = {
  name: 'mine',
  appliesTo: ['numeric', 'categorical'],
  input: 'bins',
  compute: () => ({ score: 0 }),
};

describe('createDriftPolicy', () => {
  it('decides by PSI and the share moved, and reports seven statistics by default', () => {
    const { statistics, criteriaOf } = policyOf();
    expect(statistics.map(({ name }) => name)).toEqual([
      'psi',
      'ks_statistic',
      'chi2_statistic',
      'js_distance',
      'hellinger_distance',
      'wasserstein_distance',
      'share_moved',
    ]);
    expect(criteriaOf(numeric)).toMatchObject({
      sizes: [
        { statistic: { name: 'psi' }, thresholds: { investigate: 0.1, drift: 0.25 } },
        { statistic: { name: 'share_moved' }, thresholds: { investigate: 0.1, drift: 0.25 } },
      ],
      test: 'auto',
      rowsPerBlock: 1,
      consecutiveRuns: 1,
      minimumRows: 1,
    });
  });

  it('lets a feature override every criterion', () => {
    const own: FeatureConfig = {
      ...categorical,
      drift: {
        statistic: 'share_moved',
        driftThreshold: 0.2,
        test: 'g',
        rowsPerBlock: 5,
        consecutiveRuns: 3,
        minimumRows: 500,
      },
    };
    expect(
      policyOf({ statistic: 'js_distance', driftThreshold: 0.4 }, [own]).criteriaOf(own),
    ).toMatchObject({
      sizes: [{ statistic: { name: 'share_moved' }, thresholds: { investigate: 0.1, drift: 0.2 } }],
      test: { name: 'g_statistic' },
      rowsPerBlock: 5,
      consecutiveRuns: 3,
      minimumRows: 500,
    });
  });

  it('takes thresholds of both sizes from the feature before those of all features', () => {
    const own: FeatureConfig = {
      ...numeric,
      drift: { driftThreshold: 0.5, shareMovedInvestigateThreshold: 0.2 },
    };
    const { criteriaOf, thresholdsOf } = policyOf({ shareMovedThreshold: 0.4 }, [own]);
    expect(criteriaOf(own).sizes.map(({ thresholds }) => thresholds)).toEqual([
      { investigate: 0.1, drift: 0.5 },
      { investigate: 0.2, drift: 0.4 },
    ]);
    expect(Object.fromEntries(thresholdsOf(own))).toEqual({
      psi: { investigate: 0.1, drift: 0.5 },
      share_moved: { investigate: 0.2, drift: 0.4 },
    });
  });

  it('uses the default for features to which the common statistic does not apply', () => {
    const { criteriaOf } = policyOf({ statistic: 'ks_statistic', test: 'mann_whitney' });
    expect(criteriaOf(numeric)).toMatchObject({
      sizes: [
        { statistic: { name: 'ks_statistic' }, thresholds: { investigate: 0.1, drift: 0.2 } },
      ],
      test: { name: 'mann_whitney' },
    });
    expect(criteriaOf(categorical)).toMatchObject({
      sizes: [{ statistic: { name: 'psi' } }, { statistic: { name: 'share_moved' } }],
      test: 'auto',
    });
  });

  it('reports every custom statistic and lets it decide', () => {
    const policy = policyOf(
      { statistics: ['psi'], statistic: 'mine', driftThreshold: 2, investigateThreshold: 1 },
      [numeric],
      [mine],
    );
    expect(policy.statistics.map(({ name }) => name)).toEqual(['psi', 'mine']);
    expect(policy.criteriaOf(numeric).sizes.map(({ statistic }) => statistic)).toEqual([mine]);
  });

  it.each(builtInStatistics.map((statistic) => [statistic.name, statistic] as const))(
    'accepts %s as a reported and as the deciding statistic',
    (name, statistic) => {
      const drift = {
        statistics: [name],
        statistic: name,
        driftThreshold: 2,
        investigateThreshold: 1,
      };
      const feature = statistic.appliesTo.includes('categorical') ? categorical : numeric;
      expect(policyOf(drift, [feature]).criteriaOf(feature).sizes[0]!.statistic).toBe(statistic);
    },
  );

  it('names a test like its statistic, without the suffix', () => {
    expect(testName({ name: 'ks_statistic' })).toBe('ks');
    expect(testName({ name: 'mann_whitney' })).toBe('mann_whitney');
  });

  it.each([
    [
      { statistics: ['pis'] },
      /driftDetection\.statistics\[0\]: Unknown statistic "pis"\. Available: psi,/,
    ],
    [{ statistic: 'welch' }, /driftDetection\.statistic: Unknown statistic "welch"/],
    [{ test: 'psi' }, /driftDetection\.test: Unknown test "psi"\. Use auto, chi2, g, ks,/],
    [
      { statistic: 'mine' },
      /"mine" has no default thresholds; set driftThreshold and investigateThreshold/,
    ],
    [
      { statistic: 'js_distance', driftThreshold: 0.05 },
      /driftDetection\.investigateThreshold: 0\.1 must be below the drift threshold 0\.05/,
    ],
    [
      { statistic: 'js_distance', driftThreshold: 0.1 },
      /driftDetection\.investigateThreshold: 0\.1 must be below the drift threshold 0\.1 /,
    ],
  ])('refuses %j', (drift, message) => {
    expect(() => policyOf(drift, [numeric], [mine])).toThrow(message);
  });

  it('refuses an investigate threshold that is not below the drift threshold', () => {
    expect(() => policyOf({ shareMovedThreshold: 0.1 })).toThrow(
      /shareMovedInvestigateThreshold: must be below shareMovedThreshold/,
    );
  });

  it('refuses a statistic that does not apply to its feature', () => {
    const wrong: FeatureConfig = { ...categorical, drift: { statistic: 'ks_statistic' } };
    expect(() => policyOf({}, [numeric, wrong])).toThrow(
      /features\[1\]\.drift\.statistic: "ks_statistic" applies to numeric features only/,
    );
  });

  it('refuses a statistic whose input is neither bins nor profile', () => {
    const rowwise = { ...mine, name: 'rowwise', input: 'rows' } as unknown as Statistic;
    expect(() => policyOf({}, [numeric], [rowwise])).toThrow(
      /"rowwise" is not a statistic: input must be bins or profile/,
    );
  });
});
