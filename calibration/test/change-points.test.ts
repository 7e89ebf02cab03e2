import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changePointRows, changesAsTheyArrive, scoreOf } from '../src/checks/change-points.js';
import { type AnnotatedSeries, loadAnnotatedSeries } from '../src/data/annotated-series.js';
import { normals, randomFor } from '../src/sampling.js';
import { missed } from './condensed-checks.js';

const random = randomFor(7, 'annotated series');

/** A noisy series of levels, in which two people marked the changes, one of them a value late. */
function levels(name: string, lengths: readonly number[], step: number): AnnotatedSeries {
  const ends = lengths.map((_, index) =>
    lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0),
  );
  const values = Float64Array.from(normals(random, ends.at(-1)!), (noise, index) => {
    const level = ends.findIndex((end) => index < end);
    return noise + (level % 2) * step;
  });
  const changes = ends.slice(0, -1);
  return { name, values, annotations: [changes, changes.map((change) => change + 1)] };
}

const series = [
  levels('one step', [60, 40], 6),
  levels('three steps', [50, 50, 40, 60], 5),
  levels('nothing', [120], 0),
  levels('nothing either', [90], 0),
  levels('small step', [80, 70], 3),
];

describe('the changes of annotated series', () => {
  it('are found by both, better than by naming none', () => {
    expect(missed(changePointRows(series))).toEqual([]);
  });

  it('are missed where changes are marked elsewhere', () => {
    const wrong = series.map((one) => ({ ...one, annotations: [[20, 30]] }));
    expect(missed(changePointRows(wrong)).length).toBeGreaterThan(0);
  });

  it('have the F1 of their definition', () => {
    const values = new Float64Array(100);
    const one = { name: 'a', values, annotations: [[50], [50, 80], []] };
    expect(scoreOf(one, [])).toBeCloseTo(
      (2 * (1 / 2 + 1 / 3 + 1)) / 3 / (1 + (1 / 2 + 1 / 3 + 1) / 3),
      12,
    );
    expect(scoreOf({ ...one, annotations: [[50]] }, [54, 48])).toBeCloseTo(0.8, 12);
    expect(scoreOf({ ...one, annotations: [[50]] }, [56])).toBeCloseTo(0.5, 12);
  });

  it('are named as the series arrives, and not again while their place moves little', () => {
    const named = changesAsTheyArrive(series[0]!.values).toSorted((a, b) => a - b);
    expect(named.some((change) => Math.abs(change - 60) <= 5)).toBe(true);
    for (const [index, change] of named.slice(1).entries()) {
      expect(change - named[index]!).toBeGreaterThan(5);
    }
  });

  it('are read from a folder, and series that it lacks are named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modelmeter-series-'));
    try {
      await mkdir(join(folder, 'datasets', 'a'), { recursive: true });
      await mkdir(join(folder, 'datasets', 'two'), { recursive: true });
      await writeFile(
        join(folder, 'annotations.json'),
        JSON.stringify({ a: { 6: [2], 7: [] }, b: { 6: [] }, two: { 6: [] } }),
      );
      const file = (name: string, value: object) =>
        writeFile(join(folder, 'datasets', name, `${name}.json`), JSON.stringify(value));
      await file('a', { n_dim: 1, series: [{ raw: [1, null, 3] }] });
      await file('two', { n_dim: 2, series: [{ raw: [1] }, { raw: [2] }] });
      expect(await loadAnnotatedSeries(folder)).toEqual({
        series: [{ name: 'a', values: Float64Array.of(1, Number.NaN, 3), annotations: [[2], []] }],
        lacking: ['b'],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
