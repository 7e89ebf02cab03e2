import { describe, expect, it } from 'vitest';
import { createSegmentation, noSegment } from '../../../src/quality/segments/segment-codes.js';

const none = { features: [], segments: undefined };

describe('createSegmentation', () => {
  it('reads a categorical feature, or values that come with the rows', () => {
    const segmentation = createSegmentation('region', 10);
    const features = [
      { names: ['x'], data: [1, 2, 3] },
      { names: ['y', 'region'], data: [0, 'north', 0, null, 0, 'south'] },
    ];
    expect([...segmentation.codes({ rows: 3, features, segments: undefined })]).toEqual([
      0,
      noSegment,
      1,
    ]);
    const given = { rows: 2, features, segments: { region: ['south', true] } };
    expect([...segmentation.codes(given)]).toEqual([1, 2]);
    expect(segmentation.segments).toEqual(['north', 'south', 'true']);
  });

  it('puts rows without a value into no segment', () => {
    const segmentation = createSegmentation('region', 10);
    expect([...segmentation.codes({ ...none, rows: 2 })]).toEqual([noSegment, noSegment]);
    const values = { region: [undefined, null, Number.NaN] };
    expect([...segmentation.codes({ ...none, rows: 4, segments: values })]).toEqual(
      new Array(4).fill(noSegment),
    );
    expect(segmentation.segments).toEqual([]);
  });

  it('folds further and very long values into one segment, and counts them', () => {
    const segmentation = createSegmentation('region', 2);
    const long = 'x'.repeat(129);
    const values = { region: [long, 'a', 'b', 'c', 'd', 'a'] };
    expect([...segmentation.codes({ ...none, rows: 6, segments: values })]).toEqual([
      0, 1, 2, 0, 0, 1,
    ]);
    expect(segmentation.segments).toEqual(['__other__', 'a', 'b']);
    expect(segmentation.overflow).toBe(3);
  });
});
