import { type NumericProfile, numericProfile } from '@modelmeter/kernel/profiles';
import type { Statistic } from '@modelmeter/kernel/statistics';
import { describe, expect, it } from 'vitest';
import type { ComparedFeature } from '../../src/drift/compared-feature.js';
import { evaluateDrift, streaksAfter } from '../../src/drift/evaluate.js';
import { createDriftPolicy } from '../../src/drift/policy.js';
import type { FeatureDrift } from '../../src/report.js';
import { driftSchema } from '../../src/settings/drift.js';
import { parseSettings } from '../../src/settings/problems.js';
import { seededNormal } from '../support.js';

function sample(name: string, shift: number, rows = 2000): ComparedFeature {
  const normal = seededNormal(rows + shift * 1000);
  const draw = (count: number, by: number): Float64Array =>
    Float64Array.from({ length: count }, () => normal() + by);
  const reference = numericProfile(draw(3000, 0));
  return {
    feature: { name, type: 'numeric' },
    reference,
    current: numericProfile(draw(rows, shift), { grid: reference.grid }),
  };
}

/** The difference of the means, in standard deviations of the reference. */
const meanShift: Statistic = {
  name: 'mean_shift',
  appliesTo: ['numeric'],
  input: 'profile',
  compute: (reference, current) => ({
    score:
      Math.abs(current.mean - reference.mean) /
      Math.sqrt(reference.m2 / Math.max(1, reference.count) || 1),
  }),
  levels: { investigate: 0.2, drift: 0.5 },
};

function evaluate(
  samples: readonly ComparedFeature[],
  drift: Parameters<typeof driftSchema.parse>[0],
  own: readonly Statistic[],
  onFailure?: (statistic: string, error: unknown) => void,
): FeatureDrift[] {
  const features = samples.map(({ feature }) => ({ name: feature.name, type: feature.type }));
  const policy = createDriftPolicy(parseSettings(driftSchema, drift), features, {
    statistics: own,
  });
  return evaluateDrift(samples, policy, onFailure === undefined ? {} : { onFailure });
}

describe('a custom statistic', () => {
  it('is reported together with the built-in ones', () => {
    const [found] = evaluate([sample('x', 1)], {}, [meanShift]);
    expect(found?.scores.mean_shift).toBeCloseTo(1, 1);
    expect(found).toMatchObject({ statistic: 'psi', state: 'drift' });
  });

  it('decides with its own levels and a simulated interval', () => {
    const settings = { statistic: 'mean_shift' };
    const samples = [
      sample('still', 0),
      sample('moved', 0.3),
      sample('far', 0.7),
      sample('few', 0, 40),
    ];
    const found = evaluate(samples, settings, [meanShift]);
    expect(found.map(({ state }) => state)).toEqual([
      'ok',
      'investigate',
      'drift',
      'insufficient_data',
    ]);
    expect(found[3]?.reason).toMatch(/^mean_shift may be as large as 0\.\d+/);
    const { estimate, low, high } = found[2]!.effects.mean_shift!;
    expect(estimate).toBeCloseTo(0.7, 1);
    expect(low).toBeGreaterThan(0.6);
    expect(high).toBeLessThan(0.8);
  });

  it('is reported and left out when it throws or returns NaN', () => {
    const broken: Statistic = {
      ...meanShift,
      name: 'broken',
      compute: () => {
        throw new Error('no luck');
      },
    };
    const lost: Statistic = { ...meanShift, name: 'lost', compute: () => ({ score: Number.NaN }) };
    const reported: string[] = [];
    const [found] = evaluate([sample('x', 1)], {}, [broken, lost], (name, error) =>
      reported.push(`${name}: ${(error as Error).message}`),
    );
    expect(found?.state).toBe('drift');
    expect(Object.keys(found!.scores)).not.toContain('broken');
    expect(reported).toEqual([
      'broken: no luck',
      expect.stringMatching(/^lost: returned the score NaN and the p-value undefined/),
    ]);
  });

  it('leaves a feature without enough data when it decides and fails', () => {
    const broken: Statistic = {
      ...meanShift,
      compute: (_reference: NumericProfile, current: NumericProfile) => {
        if (current.mean > 0.5) throw new Error('no luck');
        return { score: 0 };
      },
    };
    const found = evaluate([sample('x', 0.7), sample('y', 0)], { statistic: 'mean_shift' }, [
      broken,
    ]);
    expect(found).toMatchObject([
      { state: 'insufficient_data', reason: 'The statistic "mean_shift" returned no score' },
      { state: 'ok' },
    ]);
  });

  it('is left out of the rest of the run when it takes too long', () => {
    let calls = 0;
    const slow: Statistic = {
      ...meanShift,
      name: 'slow',
      compute: () => {
        calls += 1;
        const before = process.cpuUsage();
        while (process.cpuUsage(before).user < 1_100_000);
        return { score: 1 };
      },
    };
    const reported: string[] = [];
    const found = evaluate([sample('x', 0), sample('y', 0)], {}, [slow], (name) =>
      reported.push(name),
    );
    // One call at set-up asks whether it is a test.
    expect(calls).toBeLessThanOrEqual(2);
    expect(reported).toEqual(['slow']);
    expect(found.map(({ scores }) => 'slow' in scores)).toEqual([true, false]);
  });
});

describe('drift with consecutiveRuns', () => {
  it('is reported in the run that completes the streak, which restarts after a run without drift', () => {
    const settings = { consecutiveRuns: 3 };
    const policy = createDriftPolicy(parseSettings(driftSchema, settings), [
      { name: 'x', type: 'numeric' },
    ]);
    const moved = sample('x', 1);
    const still = sample('x', 0);
    const few = sample('x', 0, 20);
    let streaks: ReadonlyMap<string, number> = new Map();
    const states = [moved, moved, few, moved, moved, still, moved].map((current) => {
      const found = evaluateDrift([current], policy, { streaks });
      streaks = streaksAfter(found);
      return `${found[0]!.state} ${found[0]!.consecutiveRuns}`;
    });
    expect(states).toEqual([
      'investigate 1',
      'investigate 2',
      'insufficient_data 2',
      'drift 3',
      'drift 4',
      'ok 0',
      'investigate 1',
    ]);
    const first = streaksAfter(evaluateDrift([moved], policy, { streaks: new Map() }));
    const [waiting] = evaluateDrift([moved], policy, { streaks: first });
    expect(waiting?.explanation).toMatch(/^Drift if one more run confirms it: PSI/);
    const [alone] = evaluateDrift([moved], policy);
    expect(alone).toMatchObject({ state: 'drift', consecutiveRuns: 1 });
  });
});

describe('correlated rows', () => {
  it('reduce the effective sample size of p-value and noise floor but not distances', () => {
    const moved = sample('x', 0.3);
    const [plain] = evaluate([moved], {}, []);
    const [blocks] = evaluate([moved], { rowsPerBlock: 20 }, []);
    expect(blocks!.pValue).toBeGreaterThan(plain!.pValue);
    expect(blocks!.noiseFloor.psi! / plain!.noiseFloor.psi!).toBeCloseTo(20, 0);
    expect(blocks!.scores.ks_statistic).toBeCloseTo(plain!.scores.ks_statistic!, 12);
    expect(blocks!.currentRows).toBe(2000);
  });
});
