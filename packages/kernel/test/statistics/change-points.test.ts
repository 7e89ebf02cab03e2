import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/numeric/random.js';
import { changePoints } from '../../src/statistics/change-points.js';
import fixture from '../fixtures/change-points.json' with { type: 'json' };
import { codeOf } from '../kernel/kernels.js';

const step = fixture.cases.find(({ name }) => name === 'one step')!;

describe('changePoints', () => {
  test.each(fixture.cases)('$name: the changes are those of the oracle', ({ values, changes }) => {
    expect(changePoints(values)).toEqual(changes);
  });

  test('shifting, scaling and mirroring a series keep its changes', () => {
    const { values, changes } = step;
    expect(changePoints(values.map((value) => 1e6 + value))).toEqual(changes);
    expect(changePoints(values.map((value) => 1e-300 * value))).toEqual(changes);
    expect(changePoints(values.map((value) => 1e300 * value))).toEqual(changes);
    expect(changePoints(values.map((value) => -value))).toEqual(changes);
    expect(changePoints(values.toReversed())).toEqual(
      changes.map((change) => values.length - change),
    );
  });

  test('missing values move no change', () => {
    const holed = step.values.map((value, index) => (index % 7 === 3 ? Number.NaN : value));
    const [change] = changePoints(holed);
    expect(Math.abs(change! - step.changes[0]!)).toBeLessThanOrEqual(1);
    expect(holed[change!]).not.toBeNaN();
  });

  test('a higher penalty never finds more', () => {
    const { values } = fixture.cases.find(({ name }) => name === 'random walk')!;
    const counts = [1, 3, 12, 50, 1e6].map((penalty) => changePoints(values, { penalty }).length);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts.at(-1)).toBe(0);
  });

  test('noise alone has a change in at most one of 200 series', () => {
    const random = createRandom(1);
    const noise = (): number =>
      Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    let alarms = 0;
    for (let series = 0; series < 200; series += 1) {
      if (changePoints(Float64Array.from({ length: 50 }, noise)).length > 0) alarms += 1;
    }
    expect(alarms).toBeLessThanOrEqual(1);
  });

  test('a step of a series of two values is found, although most neighbours are equal', () => {
    expect(changePoints([...Array(20).fill(1), ...Array(20).fill(2)])).toEqual([20]);
  });

  test('series without noise or too short to be cut have no change', () => {
    expect(changePoints([])).toEqual([]);
    expect(changePoints([1])).toEqual([]);
    expect(changePoints([1, 9, 1, 9, 1])).toEqual([]);
    expect(changePoints(Array(30).fill(0))).toEqual([]);
    expect(changePoints(Array(30).fill(7))).toEqual([]);
    expect(changePoints(Array(30).fill(Number.NaN))).toEqual([]);
    expect(changePoints(Array.from({ length: 30 }, (_, index) => index))).toEqual([]);
  });

  test('impossible arguments are refused by their place', () => {
    expect(codeOf(() => changePoints([1, Number.POSITIVE_INFINITY]))).toBe('INVALID_ARGUMENT');
    expect(() => changePoints([1, Number.NEGATIVE_INFINITY])).toThrow('changePoints(values)[1]');
    expect(() => changePoints([1], { penalty: -1 })).toThrow('changePoints(penalty)');
    expect(() => changePoints([1], { penalty: Number.NaN })).toThrow('changePoints(penalty)');
    expect(() => changePoints([1], { minimumLength: 1 })).toThrow('changePoints(minimumLength)');
  });
});
