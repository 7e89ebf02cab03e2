import { describe, expect, it } from 'vitest';
import type { ChunkQuality, QualityResult } from '../../src/quality/quality-result.js';
import { chunksDrawn } from '../../src/report/quality-chart.js';
import { renderQualityReport } from '../../src/report/quality-report.js';
import { byTag, type Element, parsePage, select, textOf } from './html-tree.js';

const made = { generated: new Date('2026-11-27T08:00:00Z'), version: '1.2.3' };

function chunk(key: string, estimate: number, more: Partial<ChunkQuality> = {}): ChunkQuality {
  return {
    period: 'current',
    key,
    rows: 500,
    targets: 500,
    estimated: { accuracy: { estimate, low: estimate - 0.03, high: estimate + 0.03 } },
    realised: { accuracy: estimate + 0.01 },
    ...more,
  };
}

function resultOf(chunks: readonly ChunkQuality[]): QualityResult {
  return {
    reference: { source: 'train.csv', samples: 9000, scores: { accuracy: 0.9 } },
    current: { source: 'today.csv', rows: 1000, targets: 1000 },
    task: 'binary',
    chunks,
    bands: { accuracy: { chunks: 3, held: 2 } },
    notes: ['A note <b>of the data</b>.'],
  };
}

const months = [
  chunk('2026-01', 0.9, { period: 'reference' }),
  chunk('2026-02', 0.89),
  chunk('2026-03', 0.88),
];

const pageOf = (result: QualityResult): Element => parsePage(renderQualityReport(result, made));
const headlineOf = (result: QualityResult): string => textOf(byTag(pageOf(result), 'h1')[0]!);

function painted(chart: Element, attribute: 'fill' | 'stroke', name: string): Element[] {
  return select(chart, ({ attributes }) => attributes.get(attribute) === `var(--chart-${name})`);
}

describe('the report of the quality', () => {
  it('says the estimate of the last chunk and the score on the reference, and when it is worse', () => {
    expect(headlineOf(resultOf(months))).toBe(
      'Accuracy is estimated at 0.88 in 2026-03, 0.9 on the reference',
    );
    const worse = resultOf([...months, chunk('2026-04', 0.8)]);
    expect(headlineOf(worse)).toBe(
      'Worse: accuracy is estimated at 0.8 in 2026-04, 0.9 on the reference',
    );
    expect(byTag(pageOf(worse), 'header')[0]!.attributes.get('class')).toBe('drift');
  });

  it('knows that a larger error is worse', () => {
    const regression = (estimate: number): QualityResult => ({
      ...resultOf([
        chunk('', 0, {
          estimated: { mean_absolute_error: { estimate, low: estimate - 1, high: estimate + 1 } },
          realised: {},
        }),
      ]),
      reference: { source: 'train.csv', samples: 9000, scores: { mean_absolute_error: 10 } },
      task: 'regression',
      bands: {},
    });
    expect(headlineOf(regression(5))).toBe(
      'Mean absolute error is estimated at 5, 10 on the reference',
    );
    expect(headlineOf(regression(15))).toContain('Worse: mean absolute error is estimated at 15');
  });

  it('draws estimate, band and computed score of every chunk, and where the current side starts', () => {
    const [chart] = byTag(pageOf(resultOf(months)), 'svg');
    expect(painted(chart!, 'stroke', 'interval')).toHaveLength(3);
    expect(painted(chart!, 'fill', 'ok')).toHaveLength(3);
    expect(painted(chart!, 'fill', 'drift')).toHaveLength(3);
    expect(painted(chart!, 'stroke', 'reference')).toHaveLength(1);
    expect(chart!.attributes.get('aria-label')).toBe(
      'accuracy by chunk: 0.9 on the reference, estimated 0.88 in 2026-03, computed 0.89 there.',
    );
    const [caption] = byTag(pageOf(resultOf(months)), 'figcaption');
    expect(textOf(caption!)).toContain('2 of 3 bands hold the computed score.');
    expect(textOf(caption!)).toContain('first current chunk');
  });

  it('says which estimates do not hold, and why', () => {
    const message = '9 % of the rows have values of x that the reference does not have.';
    const withdrawn = chunk('2026-04', 0.7, { withdrawn: { reason: 'outside_support', message } });
    const page = pageOf(resultOf([...months, withdrawn]));
    expect(textOf(byTag(page, 'h1')[0]!)).toBe('The estimate in 2026-04 does not hold');
    expect(textOf(page)).toContain(message);
    expect(textOf(page)).toContain('2026-04 *');
    expect(painted(byTag(page, 'svg')[0]!, 'stroke', 'insufficient')).toHaveLength(1);
  });

  it('has a table of all chunks where the chart has the last ones only', () => {
    const all = Array.from({ length: chunksDrawn + 30 }, (_, day) => chunk(`day ${day}`, 0.9));
    const page = pageOf(resultOf(all));
    expect(byTag(byTag(page, 'tbody')[0]!, 'tr')).toHaveLength(all.length);
    expect(painted(byTag(page, 'svg')[0]!, 'stroke', 'interval')).toHaveLength(chunksDrawn);
    expect(textOf(page)).toContain(`The last ${chunksDrawn} of 150 chunks; the table has all.`);
  });

  it('draws no chart of a single chunk, and takes scores that are missing or undefined', () => {
    const single = pageOf(resultOf([chunk('', 0.9)]));
    expect(byTag(single, 'svg')).toHaveLength(0);
    expect(textOf(single)).toContain('all rows');
    const nothing = resultOf([chunk('', 0, { estimated: {}, realised: {} })]);
    expect(headlineOf(nothing)).toBe('No quality could be estimated');
    const undefinedScore = resultOf([
      chunk('a', Number.NaN),
      chunk('b', Number.NaN, { realised: {} }),
    ]);
    expect(renderQualityReport(undefinedScore, made)).not.toContain('NaN');
  });

  it('needs no network and no script, and escapes text of the data', () => {
    const text = renderQualityReport(resultOf([chunk('<script>', 0.9)]), made);
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/<script|https?:/);
    expect(text).toContain('A note &lt;b&gt;of the data&lt;/b&gt;.');
  });
});
