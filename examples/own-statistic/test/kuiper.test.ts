import { loadStatistics } from '@modelmeter/config-file';
import { createDriftPolicy, evaluateDrift } from '@modelmeter/core/drift';
import { driftSchema, parseSettings, settingsInCode } from '@modelmeter/core/settings';
import { statisticConformance } from '@modelmeter/core/testing';
import { createRandom } from '@modelmeter/kernel';
import { numericProfile } from '@modelmeter/kernel/profiles';
import { ksFromBins, type StatisticOn } from '@modelmeter/kernel/statistics';
import { beforeAll, describe, expect, it } from 'vitest';

const folder = new URL('..', import.meta.url).pathname;
let kuiper: StatisticOn<'profile'>;

beforeAll(async () => {
  const { names, statistics } = await loadStatistics(
    ['psi', './kuiper.mjs'],
    folder,
    settingsInCode,
  );
  expect(names).toEqual(['psi']);
  kuiper = statistics[0] as StatisticOn<'profile'>;
});

describe('the example keeps what every statistic keeps:', () => {
  for (const check of statisticConformance) it(check.name, () => check.run(kuiper));
});

function hours(rows: number, seed: number, from: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows }, () => {
    const angle = random.next() + random.next() + random.next();
    return Math.floor((angle * 8 + from) % 24);
  });
}

describe('the statistic of Kuiper', () => {
  it('is the sum of both leads, so never less than that of Kolmogorov and Smirnov', () => {
    const reference = numericProfile(hours(3000, 1, 6));
    const current = numericProfile(hours(2000, 2, 9), { grid: reference.grid });
    const { score } = kuiper.compute(reference, current);
    const leads = [0, 0];
    let difference = 0;
    for (const [bin, rows] of reference.counts.entries()) {
      difference += current.counts[bin]! / 2000 - rows / 3000;
      leads[0] = Math.max(leads[0]!, difference);
      leads[1] = Math.max(leads[1]!, -difference);
    }
    expect(score).toBeCloseTo(leads[0]! + leads[1]!, 12);
    expect(score).toBeGreaterThanOrEqual(
      ksFromBins(reference.counts, current.counts).statistic - 1e-12,
    );
  });

  it('does not depend on where the day begins', () => {
    const scores = [0, 5, 17].map((from) => {
      const grid = Float64Array.from({ length: 24 }, (_, hour) => hour);
      const before = numericProfile(hours(3000, 1, from), { grid });
      const after = numericProfile(hours(2000, 2, from + 2), { grid });
      return kuiper.compute(before, after).score;
    });
    expect(scores[1]).toBeCloseTo(scores[0]!, 12);
    expect(scores[2]).toBeCloseTo(scores[0]!, 12);
  });

  it('decides for a feature that names it', () => {
    const drift = parseSettings(driftSchema, {});
    const feature = {
      name: 'hour',
      type: 'numeric' as const,
      drift: { statistic: 'kuiper_statistic', test: 'kuiper' },
    };
    const rules = createDriftPolicy(drift, [feature], { statistics: [kuiper] });
    const reference = numericProfile(hours(3000, 1, 21));
    const states = [21, 0].map((from) => {
      const current = numericProfile(hours(2000, 2, from), { grid: reference.grid });
      return evaluateDrift([{ feature, reference, current }], rules)[0]!.state;
    });
    expect(states).toEqual(['ok', 'drift']);
  });
});
