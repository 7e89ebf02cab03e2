import { builtInStatistics, type Statistic } from '@modelmeter/kernel/statistics';
import { describe, expect, it } from 'vitest';
import { testName } from '../../src/drift/criteria.js';
import { createDriftPolicy, type DriftPolicy } from '../../src/drift/policy.js';
import { driftSchema } from '../../src/settings/drift.js';
import type { FeatureConfig } from '../../src/settings/features.js';
import { parseSettings } from '../../src/settings/problems.js';

const numeric: FeatureConfig = { name: 'x', type: 'numeric' };
const categorical: FeatureConfig = { name: 'c', type: 'categorical' };

function rules(
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

describe('the rules of a drift run', () => {
  it('judge by PSI, by KS or chi-square, and report the seven statistics by default', () => {
    const { statistics, criteriaOf } = rules();
    expect(statistics.map(({ name }) => name)).toEqual([
      'psi',
      'ks_statistic',
      'chi2_statistic',
      'js_distance',
      'hellinger_distance',
      'wasserstein_distance',
      'l_infinity',
    ]);
    expect(criteriaOf(numeric)).toMatchObject({
      statistic: { name: 'psi' },
      thresholds: { investigate: 0.1, drift: 0.25 },
      test: 'auto',
      rowsPerBlock: 1,
      consecutiveRuns: 1,
      minimumRows: 30,
    });
  });

  it('let a feature differ in everything', () => {
    const own: FeatureConfig = {
      ...categorical,
      drift: {
        statistic: 'l_infinity',
        driftThreshold: 0.2,
        test: 'g',
        rowsPerBlock: 5,
        consecutiveRuns: 3,
        minimumRows: 500,
      },
    };
    expect(
      rules({ statistic: 'js_distance', driftThreshold: 0.4 }, [own]).criteriaOf(own),
    ).toMatchObject({
      statistic: { name: 'l_infinity' },
      thresholds: { investigate: 0.05, drift: 0.2 },
      test: { name: 'g_statistic' },
      rowsPerBlock: 5,
      consecutiveRuns: 3,
      minimumRows: 500,
    });
  });

  it('leave features that the common choice cannot judge to the default', () => {
    const { criteriaOf } = rules({ statistic: 'ks_statistic', test: 'mann_whitney' });
    expect(criteriaOf(numeric)).toMatchObject({
      statistic: { name: 'ks_statistic' },
      thresholds: { investigate: 0.1, drift: 0.2 },
      test: { name: 'mann_whitney' },
    });
    expect(criteriaOf(categorical)).toMatchObject({ statistic: { name: 'psi' }, test: 'auto' });
  });

  it('report every statistic of one’s own, and let it decide', () => {
    const judged = rules(
      { statistics: ['psi'], statistic: 'mine', driftThreshold: 2, investigateThreshold: 1 },
      [numeric],
      [mine],
    );
    expect(judged.statistics.map(({ name }) => name)).toEqual(['psi', 'mine']);
    expect(judged.criteriaOf(numeric).statistic).toBe(mine);
  });

  it.each(builtInStatistics.map((statistic) => [statistic.name, statistic] as const))(
    'may report and choose %s',
    (name, statistic) => {
      const drift = {
        statistics: [name],
        statistic: name,
        driftThreshold: 2,
        investigateThreshold: 1,
      };
      const feature = statistic.appliesTo.includes('categorical') ? categorical : numeric;
      expect(rules(drift, [feature]).criteriaOf(feature).statistic).toBe(statistic);
    },
  );

  it('call a test by its statistic without the word', () => {
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
  ])('refuse %j', (drift, message) => {
    expect(() => rules(drift, [numeric], [mine])).toThrow(message);
  });

  it('refuse a choice of a feature that cannot judge it', () => {
    const wrong: FeatureConfig = { ...categorical, drift: { statistic: 'ks_statistic' } };
    expect(() => rules({}, [numeric, wrong])).toThrow(
      /features\[1\]\.drift\.statistic: "ks_statistic" applies to numeric features only/,
    );
  });

  it('refuse a statistic whose input no window has', () => {
    const rowwise = { ...mine, name: 'rowwise', input: 'rows' } as unknown as Statistic;
    expect(() => rules({}, [numeric], [rowwise])).toThrow(
      /"rowwise" is not a statistic: input must be bins or profile/,
    );
  });
});
