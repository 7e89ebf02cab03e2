import { describe, expect, it } from 'vitest';
import type { FeatureDrift } from '../../src/report.js';
import { settingDefaults } from '../../src/settings/defaults.js';
import { createFeatureWindow } from '../../src/windows/feature-window.js';
import { dayMs, evaluateWindow, referenceOf, startMs } from '../support.js';

/** Rows of ten categories, `counts` of each in turn. */
function rowsOf(counts: readonly number[]): string[] {
  return counts.flatMap((count, code) => Array.from({ length: count }, () => `c${code}`));
}

/** One feature whose shares moved among `features`, the others exactly as in the reference. */
function run(features: number): FeatureDrift[] {
  const even = Array.from({ length: 10 }, () => 20);
  const moved = even.map((count, code) => count + (code % 2 === 0 ? 7 : -7));
  const declared = Array.from({ length: features }, (_, index) => ({
    name: `f${index}`,
    type: 'categorical' as const,
  }));
  const large = rowsOf(even.map((count) => count * 100));
  const reference = referenceOf(
    declared,
    Object.fromEntries(declared.map(({ name }) => [name, large])),
  );
  const window = createFeatureWindow({ features: declared, reference, windowMs: dayMs, startMs });
  window.count(
    declared.map(({ name }, index) => ({
      names: [name],
      data: rowsOf(index === 0 ? moved : even),
    })),
    200,
    startMs,
  );
  return evaluateWindow(window);
}

describe('a shift above the investigate threshold', () => {
  it('is in state investigate when it is the only feature', () => {
    const [found] = run(1);
    expect(found?.scores.psi).toBeGreaterThan(settingDefaults.psiInvestigateThreshold);
    expect(found).toMatchObject({ significant: true, state: 'investigate' });
  });

  it('is undecided as one of twenty features, which chance explains', () => {
    const [found] = run(20);
    expect(found?.scores.psi).toBeGreaterThan(settingDefaults.psiInvestigateThreshold);
    expect(found?.pValue).toBeLessThan(settingDefaults.significanceLevel);
    expect(found).toMatchObject({ significant: false, state: 'insufficient_data' });
  });
});
