import type { FeatureDrift } from '@modelmeter/core';
import { expect, it } from 'vitest';
import { rankFeatures } from '../../src/report/ranking.js';
import { evaluate, normals } from './support.js';

const [base] = evaluate({ x: normals(1000, 1) }, { x: normals(1000, 2) });
const finding = { kind: 'stuck', ratio: 1, message: 'All is one.' } as const;

function feature(name: string, change: Partial<FeatureDrift>): FeatureDrift {
  return { ...base!, name, ...change };
}

it('ranks by state, undecided features by their findings, and by the ratio to the threshold', () => {
  const ranked = rankFeatures([
    feature('ok, low', { scores: { psi: 0.01 } }),
    feature('ok, without score', { scores: {} }),
    feature('ok, high', { scores: { psi: 0.09 } }),
    feature('undecided', { state: 'insufficient_data', scores: { psi: 0.9 } }),
    feature('undecided with finding', { state: 'insufficient_data', findings: [finding] }),
    feature('drift of psi', { state: 'drift', scores: { psi: 0.5 } }),
    feature('drift of ks', {
      state: 'drift',
      statistic: 'ks_statistic',
      scores: { ks_statistic: 0.45 },
      thresholds: { investigate: 0.1, drift: 0.15 },
    }),
    feature('investigate', { state: 'investigate', scores: { psi: 0.24 } }),
  ]);
  expect(ranked.map(({ feature: { name } }) => name)).toEqual([
    'drift of ks',
    'drift of psi',
    'investigate',
    'undecided with finding',
    'undecided',
    'ok, high',
    'ok, low',
    'ok, without score',
  ]);
  expect(ranked.map(({ id }) => id)).toEqual(
    [7, 6, 8, 5, 4, 3, 1, 2].map((position) => `feature-${position}`),
  );
});
