import { describe, expect, it } from 'vitest';
import type { MonitorState } from '../../src/state/monitor-state.js';
import { seededRandom } from '../support.js';
import { keptInMemory, type Living, lives, shown, start, stepsOf } from './fleet-life.js';

const seeds = [1, 2];
const stepCount = 300;

describe.each(Object.entries(lives))('%s', (_name, life) => {
  it.each(seeds)('goes on after a snapshot as if it had not stopped (seed %i)', async (seed) => {
    const random = seededRandom(1000 + seed);
    const steps = stepsOf(life, seed, stepCount);
    const control = start(life);
    let living = start(life);
    for (const step of steps) {
      await control.take(step);
      if (random() < 0.03) {
        const snapshot = living.monitor.snapshot();
        const next = start(life, living.time);
        expect(next.monitor.restore(snapshot)).toEqual([]);
        living = next;
      }
      await living.take(step);
    }
    expect(await shown(living)).toEqual(await shown(control));
  });

  it.each(seeds)('loses nothing when its process is killed (seed %i)', async (seed) => {
    const random = seededRandom(2000 + seed);
    const steps = stepsOf(life, seed, stepCount);
    const control = start(life);
    const state = keptInMemory();
    let living = start(life, undefined, state);
    for (const step of steps) {
      await control.take(step);
      await living.take(step);
      if (random() < 0.02) living.monitor.saveState();
      if (random() < 0.03 && step !== steps.at(-1)) living = start(life, living.time, state);
    }
    expect(living.failures.filter((failure) => failure.startsWith('state'))).toEqual([]);
    expect(state.problems).toEqual([]);
    expect(await shown(living)).toEqual(await shown(control));
  });
});

const life = lives['a binary classifier with segments and corrections']!;

describe('a clock that is set', () => {
  it.each([
    ['back an hour', -3_600_000],
    ['forward a day', 86_400_000],
    ['forward a year', 365 * 86_400_000],
  ])('%s keeps the windows and the pending predictions', async (_name, jumpMs) => {
    const living = await withTwoHours();
    const before = await living.monitor.runDrift();
    living.time.nowMs += jumpMs;
    const after = await living.monitor.runDrift();
    expect(after?.state).not.toBe('insufficient_data');
    expect(after?.features.map(({ currentRows }) => currentRows)).toEqual(
      before?.features.map(({ currentRows }) => currentRows),
    );
    expect(living.monitor.quality().samples).toBeGreaterThan(0);
    expect(living.monitor.recordTargets([{ predictionId: 'late', value: true }]).matched).toBe(1);
    expect(living.failures).toEqual([
      expect.stringContaining('state: RangeError: The clock was set'),
    ]);
    // And back again.
    living.time.nowMs -= jumpMs;
    expect((await living.monitor.runDrift())?.features[0]?.currentRows).toBe(
      before?.features[0]?.currentRows,
    );
  });

  it('back while no process ran keeps the windows too', async () => {
    const state = keptInMemory();
    const living = await withTwoHours(state);
    const before = await living.monitor.runDrift();
    const next = start(life, { nowMs: living.time.nowMs - 5 * 3_600_000, monotonicMs: 0 }, state);
    const after = await next.monitor.runDrift();
    expect(after?.features[0]?.currentRows).toBe(before?.features[0]?.currentRows);
  });
});

/** A monitor with rows in each quarter of the last three hours, and a target for each second row. */
async function withTwoHours(state?: MonitorState): Promise<Living> {
  const living = start(life, undefined, state);
  const predict = (row: number, id: string): void =>
    living.monitor.observe({
      rows: 1,
      features: [
        { names: ['size', 'hour'], data: [(row / 24) % 1, row % 24] },
        { names: ['city'], data: ['a'] },
      ],
      outputs: [{ name: 'p', data: [row / 240] }],
      predictionIds: [id],
      durationSeconds: 0.01,
    });
  for (let row = 0; row < 240; row += 1) {
    predict(row, `r${row}`);
    if (row % 2 === 0) living.monitor.recordTargets([{ predictionId: `r${row}`, value: row > 90 }]);
    await living.take({ kind: 'wait', lengthMs: 45_000 });
  }
  predict(0, 'late');
  return living;
}

describe('a snapshot that no longer fits', () => {
  it('is refused when its version is not known', () => {
    const { monitor } = start(life);
    const snapshot = { ...monitor.snapshot(), version: 999 };
    expect(() => monitor.restore(snapshot)).toThrow(
      expect.objectContaining({ code: 'STATE_MISMATCH', message: expect.stringContaining('999') }),
    );
  });

  it('is restored but for the parts whose settings have changed, which are named', async () => {
    const living = await withTwoHours();
    const snapshot = living.monitor.snapshot();
    const changed = {
      ...life,
      options: {
        ...life.options,
        driftDetection: { ...life.options.driftDetection, window: '3h' },
        quality: { ...life.options.quality, window: '2h' },
      },
    };
    const next = start(changed, living.time);
    const problems = next.monitor.restore(snapshot);
    expect(problems.map(({ part }) => part)).toContain('quality window');
    expect(problems[0]?.message).toMatch(/was .* when the state was saved and is .* now/);
    // Predictions, segments and counters do not depend on those settings.
    expect(next.monitor.knowsPrediction('late')).toBe(true);
    expect(next.monitor.recordTargets([{ predictionId: 'r0', value: false }]).duplicate).toBe(1);
  });

  it('starts empty and says so when the state was kept by another version', () => {
    const state = keptInMemory();
    state.save({ ...start(life).monitor.snapshot(), version: 0 });
    const { failures } = start(life, undefined, state);
    expect(failures).toEqual([]);
    expect(state.problems).toEqual([[expect.objectContaining({ part: 'all' })]]);
  });
});

describe('a state that fails', () => {
  it('does not reach the caller, and is counted', async () => {
    const fail = (): never => {
      throw new Error('no space left on device');
    };
    const state = { load: fail, append: fail, save: fail };
    const living = start(life, undefined, state);
    for (const step of stepsOf(life, 3, 30)) await living.take(step);
    const { lines } = (await shown(living)) as { lines: string[] };
    const counted = lines.find(
      (line) => line.includes('model_monitor_errors_total') && line.includes('stage="state"'),
    );
    expect(Number(counted?.split(' ').at(-1))).toBeGreaterThan(2);
    expect(living.failures).toContain('state: Error: no space left on device');
  });
});
