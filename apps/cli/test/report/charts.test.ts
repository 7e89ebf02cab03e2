import type { FeatureDrift } from '@modelmeter/core';
import { describe, expect, it } from 'vitest';
import { binsChart } from '../../src/report/bins-chart.js';
import { noiseBand } from '../../src/report/noise-band.js';
import { trendChart } from '../../src/report/trend-chart.js';
import { byTag, type Element, parsePage, select, textOf } from './html-tree.js';
import { evaluate, names, normals } from './support.js';

const rows = 4000;

function draw(chart: { readonly text: string }): Element {
  return parsePage(chart.text);
}

function labelsOf(chart: Element): string[] {
  return byTag(byTag(chart, 'svg')[0]!, 'text').map(textOf);
}

function painted(chart: Element, attribute: 'fill' | 'stroke', name: string): Element[] {
  return select(
    byTag(chart, 'svg')[0]!,
    ({ attributes }) => attributes.get(attribute) === `var(--chart-${name})`,
  );
}

/** Left and right end of a bar or band, from its path. */
function extent(path: Element): [number, number] {
  const [start, , length] = path.attributes
    .get('d')!
    .match(/-?[\d.]+/g)!
    .map(Number);
  return [start!, start! + length!];
}

describe('the chart of the bins', () => {
  const [feature] = evaluate({ x: normals(rows, 1) }, { x: normals(rows, 2, 0.8) });
  const chart = draw(binsChart(feature!));

  it('draws both bars and the band of every numeric bin in order', () => {
    const bins = feature!.bins.length - 1;
    expect(painted(chart, 'fill', 'reference-fill')).toHaveLength(bins);
    expect(painted(chart, 'fill', 'current')).toHaveLength(bins);
    expect(painted(chart, 'fill', 'band')).toHaveLength(bins);
    const labels = labelsOf(chart).slice(0, bins);
    expect(labels[0]).toMatch(/^≤ /);
    expect(labels.at(-1)).toMatch(/^> /);
  });

  it('draws bars as long as the shares, and the band around the reference', () => {
    const bars = {
      reference: painted(chart, 'fill', 'reference-fill').map(extent),
      current: painted(chart, 'fill', 'current').map(extent),
    };
    const origin = bars.current[0]![0];
    const unit = (bars.current.at(-1)![1] - origin) / feature!.bins[9]!.currentRatio;
    const bands = painted(chart, 'fill', 'band').map(extent);
    for (const [index, bin] of feature!.bins.slice(0, 10).entries()) {
      expect((bars.reference[index]![1] - origin) / unit).toBeCloseTo(bin.referenceRatio, 2);
      expect((bars.current[index]![1] - origin) / unit).toBeCloseTo(bin.currentRatio, 2);
      const { lower, upper } = noiseBand(bin.referenceRatio, { reference: rows, current: rows });
      expect((bands[index]![0] - origin) / unit).toBeCloseTo(lower, 2);
      expect((bands[index]![1] - origin) / unit).toBeCloseTo(upper, 2);
    }
  });

  it('paints with the variables of the theme alone', () => {
    expect(binsChart(feature!).text).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(/i);
  });

  it('says what moved most', () => {
    expect(byTag(chart, 'svg')[0]!.attributes.get('aria-label')).toMatch(
      /^Shares of the rows of x by bin.* Largest change: > .*, from 10\.0 % to [\d.]+ %\.$/,
    );
  });

  it('draws the largest of many categories and says how many are left out', () => {
    const kinds = Object.fromEntries(
      Array.from({ length: 45 }, (_, index) => [`kind ${index}`, 45 - index]),
    );
    const [many] = evaluate({ kind: names(rows, 3, kinds) }, { kind: names(rows, 4, kinds) });
    const drawn = draw(binsChart(many!));
    const labels = labelsOf(drawn).filter((label) => !label.endsWith('%'));
    expect(labels).toHaveLength(20);
    expect(labels).toContain('kind 0');
    expect(labels).not.toContain('kind 44');
    expect(textOf(drawn)).toContain(
      'The chart shows the 20 largest categories; the table below also has the 25 smaller ones.',
    );
  });

  it('draws missing and new categories by readable names', () => {
    const [found] = evaluate(
      { kind: [...names(rows, 5, { a: 2, b: 1 }), null] },
      { kind: names(rows, 6, { a: 1, b: 1, c: 1 }) },
    );
    expect(labelsOf(draw(binsChart(found!))).slice(0, 4)).toEqual([
      'a',
      'b',
      'new categories',
      'missing',
    ]);
  });

  it('says that there is nothing where nothing is', () => {
    expect(binsChart({ ...feature!, bins: [] }).text).toBe('<p>There are no rows to show.</p>');
  });
});

describe('the band of chance', () => {
  it('is that of the difference of two samples', () => {
    const { lower, upper } = noiseBand(0.2, { reference: 1000, current: 400 });
    expect(lower).toBeCloseTo(0.2 - 1.96 * Math.sqrt(0.16 * (1 / 1000 + 1 / 400)), 12);
    expect(upper).toBeCloseTo(0.2 + 1.96 * Math.sqrt(0.16 * (1 / 1000 + 1 / 400)), 12);
  });

  it('stays within all and nothing', () => {
    expect(noiseBand(0.01, { reference: 10, current: 10 }).lower).toBe(0);
    expect(noiseBand(0.99, { reference: 10, current: 10 }).upper).toBe(1);
    expect(noiseBand(0.5, { reference: 10, current: 0 })).toEqual({ lower: 0, upper: 1 });
  });
});

describe('the chart of a trend', () => {
  const points = [0, 0.4, 0.8].map((shift, index) => pointOf(`w${index}`, shift, rows));
  const few = pointOf('w3', 0, 40);
  const feature = points[2]!.found;

  function pointOf(key: string, shift: number, count: number) {
    const [found] = evaluate({ x: normals(rows, 7) }, { x: normals(count, 8, shift) });
    return { key, rows: count, found: found! };
  }

  it('marks every chunk by its state, and draws both thresholds and the intervals', () => {
    const chart = draw(trendChart(feature, [...points, few]));
    expect(points.map(({ found }) => found.state)).toEqual(['ok', 'investigate', 'drift']);
    expect(few.found.state).toBe('insufficient_data');
    expect(painted(chart, 'fill', 'ok')).toHaveLength(1);
    expect(painted(chart, 'fill', 'investigate')).toHaveLength(1);
    expect(painted(chart, 'fill', 'drift')).toHaveLength(1);
    expect(painted(chart, 'stroke', 'insufficient')).toHaveLength(1);
    expect(painted(chart, 'stroke', 'investigate')).toHaveLength(1);
    expect(painted(chart, 'stroke', 'drift')).toHaveLength(1);
    expect(painted(chart, 'stroke', 'interval')).toHaveLength(4);
    expect(textOf(chart)).toContain('drift from 0.25');
    expect(textOf(chart)).toContain('investigate from 0.1');
    expect(trendChart(feature, points).text).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(/i);
  });

  it('says in words how it went', () => {
    const label = byTag(draw(trendChart(feature, [...points, few])), 'svg')[0]!.attributes.get(
      'aria-label',
    );
    expect(label).toBe(
      `PSI of x in 4 chunks, highest ${Number(feature.effects.psi!.estimate.toPrecision(3))} in w2; ok in 1; investigate in 1; drift in 1; insufficient data in 1.`,
    );
  });

  it('leaves a gap where a chunk has no effect', () => {
    const absent: FeatureDrift = { ...feature, effects: {} };
    const chart = draw(
      trendChart(feature, [
        points[0]!,
        { key: 'gone', rows, found: undefined },
        { key: 'unknown', rows, found: absent },
        points[1]!,
      ]),
    );
    expect(painted(chart, 'stroke', 'interval')).toHaveLength(2);
    expect(painted(chart, 'fill', 'drift')).toHaveLength(0);
    expect(labelsOf(chart)).toContain('gone');
  });

  it('draws a single chunk', () => {
    const chart = draw(trendChart(feature, [points[2]!]));
    expect(painted(chart, 'fill', 'drift')).toHaveLength(1);
    expect(painted(chart, 'stroke', 'drift')).toHaveLength(1);
  });
});
