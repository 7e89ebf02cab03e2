import type { FeatureDrift } from '@modelmeter/core';
import { expect, it } from 'vitest';
import { rankFeatures } from '../../src/report/ranking.js';
import { evaluate, normals } from './support.js';

const [base] = evaluate({ x: normals(1000, 1) }, { x: normals(1000, 2) });
const finding = {
  kind: 'stuck',
  ratio: 1,
  message: 'All is one.',
  state: 'investigate',
} as const;

/** Effects with one size. */
const size = (statistic: string, estimate: number, drift = 0.25) => ({
  [statistic]: { estimate, low: 0, high: 1, thresholds: { investigate: 0.1, drift } },
});

function feature(name: string, change: Partial<FeatureDrift>): FeatureDrift {
  return { ...base!, statistic: 'psi', name, ...change };
}

it('ranks by state, undecided features by their findings, and by the size of the shift', () => {
  const ranked = rankFeatures([
    feature('ok, low', { effects: size('psi', 0.01) }),
    feature('ok, without effect', { effects: {} }),
    feature('ok, high', { effects: size('psi', 0.09) }),
    feature('undecided', { state: 'insufficient_data', effects: size('psi', 0.9) }),
    feature('undecided with finding', { state: 'insufficient_data', findings: [finding] }),
    feature('drift of psi', { state: 'drift', effects: size('psi', 0.5) }),
    feature('drift of ks', {
      state: 'drift',
      statistic: 'ks_statistic',
      effects: size('ks_statistic', 0.45, 0.15),
    }),
    feature('investigate', { state: 'investigate', effects: size('psi', 0.24) }),
  ]);
  expect(ranked.map(({ feature: { name } }) => name)).toEqual([
    'drift of ks',
    'drift of psi',
    'investigate',
    'undecided with finding',
    'undecided',
    'ok, high',
    'ok, low',
    'ok, without effect',
  ]);
  expect(ranked.map(({ id }) => id)).toEqual(
    [7, 6, 8, 5, 4, 3, 1, 2].map((position) => `feature-${position}`),
  );
});
