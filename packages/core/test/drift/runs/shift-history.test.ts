import { createRandom } from '@modelmeter/kernel';
import { describe, expect, test } from 'vitest';
import { createShiftHistory } from '../../../src/drift/runs/shift-history.js';
import type { FeatureDrift } from '../../../src/report.js';
import type { DriftState } from '../../../src/vocabulary.js';
import { dayMs } from '../../support.js';

const startMs = Date.UTC(2024, 2, 1);
const thresholds = { investigate: 0.1, drift: 0.25 };

/** A feature of a run, as far as the history reads it. */
function feature(estimate: number, state: DriftState, name = 'a'): FeatureDrift {
  return {
    name,
    type: 'numeric',
    referenceRows: 5000,
    currentRows: 1000,
    missingRatio: { reference: 0, current: 0 },
    compared: true,
    scores: { psi: estimate },
    noiseFloor: {},
    effects: { psi: { estimate, low: 0, high: 1, thresholds } },
    statistic: 'psi',
    thresholds,
    test: 'chi2',
    pValue: 0,
    adjustedPValue: 0,
    significant: state === 'drift' || state === 'investigate',
    state,
    consecutiveRuns: 0,
    findings: [],
    largestShifts: [{ bin: '≤ 1', referenceRatio: 0.1, currentRatio: 0.17 }],
    bins: [],
    explanation: 'Text.',
  };
}

function history() {
  return createShiftHistory({ windowMs: () => dayMs, level: 0.05, timezone: 'UTC' });
}

function noise(seed: number): () => number {
  const random = createRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Every six hours, with the last result. */
function follow(days: number, sizeAt: (day: number) => number) {
  const { follow } = history();
  const found: FeatureDrift[] = [];
  for (let run = 4; run <= 4 * days; run += 1) {
    const size = sizeAt(run / 4);
    const state = size >= 0.25 ? 'drift' : size >= 0.1 ? 'investigate' : 'ok';
    found.push(...follow([feature(size, state)], startMs + (run / 4) * dayMs));
  }
  return found;
}

describe('the history of a shift', () => {
  test('a shift is dated to the day on which it began', () => {
    const normal = noise(1);
    // From noon of 9 April on, day 39.5; the window of a run covers the day before it.
    const sizeAt = (day: number): number =>
      0.3 * Math.min(1, Math.max(0, day - 39.5)) + 0.005 * Math.abs(normal());
    const found = follow(50, sizeAt);
    const first = found.find(({ state }) => state !== 'ok')!;
    for (const { sinceMs, explanation } of [first, found.at(-1)!]) {
      expect(sinceMs).toBe(Date.UTC(2024, 3, 9));
      expect(explanation).toBe('Text. It has differed since Tue 9 April.');
    }
    expect(found[0]!).not.toHaveProperty('sinceMs');
  });

  test('a shift that is over has no date, and one that returns has a new one', () => {
    const { follow } = history();
    const at = (day: number, state: DriftState): FeatureDrift =>
      follow([feature(state === 'drift' ? 0.3 : 0, state)], startMs + day * dayMs)[0]!;
    // No run before it shows when it began.
    expect(at(0, 'drift')).not.toHaveProperty('sinceMs');
    at(0.5, 'ok');
    expect(at(1, 'drift').sinceMs).toBe(startMs + dayMs - 1);
    expect(at(2, 'insufficient_data')).toHaveProperty('sinceMs');
    expect(at(3, 'ok')).not.toHaveProperty('sinceMs');
    expect(at(4, 'drift').sinceMs).toBe(startMs + 4 * dayMs - 1);
  });

  test('a share that moves one point a week is reported before it has passed the threshold for a month', () => {
    const normal = noise(2);
    // A point of 10 a week is a tenth of the investigate threshold; a day of 1000 rows adds noise.
    const found = follow(120, (day) => 0.1 * (day / 70) + 0.014 * normal());
    const reported = found.findIndex(({ findings }) => findings.length > 0);
    const weeks = reported / 4 / 7;
    expect(weeks).toBeGreaterThan(3);
    expect(weeks).toBeLessThan(10 + 4);
    const [finding] = found[reported]!.findings;
    expect(finding).toMatchObject({ kind: 'trend', state: 'investigate' });
    expect(finding!.ratio).toBeCloseTo(0.07, 12);
    expect(finding!.message).toMatch(
      /^The shift has grown steadily since \w+ \d+ March, from -?[\d.e-]+ to 0\.\d+\.$/,
    );
    expect(found[reported]!.state).toBe('investigate');
  });

  test('neither a step nor a negligible shift that grows is a trend', () => {
    const normal = noise(3);
    const step = follow(90, (day) => (day < 40 ? 0 : 0.15) + 0.01 * normal());
    const small = follow(90, (day) => 0.02 * (day / 90) + 0.001 * normal());
    expect([...step, ...small].flatMap(({ findings }) => findings)).toEqual([]);
  });

  test('20 features whose noise lasts for days have no trend in a year', () => {
    const normal = noise(4);
    const { follow } = history();
    const names = Array.from({ length: 20 }, (_, index) => `feature ${index}`);
    const state = names.map(() => 0);
    let trends = 0;
    for (let day = 1; day <= 365; day += 1) {
      const features = names.map((name, index) => {
        state[index] = 0.6 * state[index]! + 0.8 * normal();
        return feature(0.05 + 0.02 * state[index]!, 'ok', name);
      });
      for (const { findings } of follow(features, startMs + day * dayMs)) trends += findings.length;
    }
    expect(trends).toBe(0);
  });

  test('windows that could not be measured leave a hole', () => {
    const { follow } = history();
    for (let day = 1; day <= 30; day += 1) {
      const undecided = { ...feature(0, 'insufficient_data'), effects: {} };
      const measured = feature(day < 20 ? 0 : 0.3, day < 20 ? 'ok' : 'drift');
      const [found] = follow([day % 5 === 0 ? undecided : measured], startMs + day * dayMs);
      if (day === 29) expect(found!.sinceMs).toBe(startMs + 20 * dayMs);
    }
  });
});
