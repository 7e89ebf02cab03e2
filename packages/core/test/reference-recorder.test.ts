import type { ColumnProfile } from '@modelmeter/kernel/profiles';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { featureBins } from '../src/bins/feature-bins.js';
import { createMonitor } from '../src/monitor.js';
import type { PredictionBatch } from '../src/prediction.js';
import { referenceFromJson, referenceToJson } from '../src/reference-json.js';
import { createReferenceRecorder, type ReferenceRecorder } from '../src/reference-recorder.js';
import type { FeatureConfig } from '../src/settings/features.js';
import { dayMs, hourMs, seededNormal, startMs } from './support.js';

const features: FeatureConfig[] = [
  { name: 'size', type: 'numeric' },
  { name: 'colour', type: 'categorical' },
];
const outputs = { task: 'regression' as const, value: 'price' };

function recorder(days = 3, start = startMs): ReferenceRecorder {
  return createReferenceRecorder({
    model: { name: 'a', version: '1' },
    features,
    outputs,
    days,
    startMs: start,
  });
}

/** Four rows whose sizes say the day. */
function batch(day: number): PredictionBatch {
  return {
    rows: 4,
    durationSeconds: 0.001,
    features: [
      { names: ['size'], data: Float32Array.of(day, day, -day, Number.NaN) },
      { names: ['colour'], data: ['red', `day ${day}`, null, 'red'] },
    ],
    outputs: [{ name: 'price', data: Float64Array.of(1, 2, 3, 4) }],
  };
}

describe('createReferenceRecorder', () => {
  it('builds a reference of the last whole days that includes the output', () => {
    const recorded = recorder();
    for (let day = 0; day < 6; day += 1)
      recorded.record(batch(day), startMs + day * dayMs + hourMs);
    const reference = recorded.reference(startMs + 5 * dayMs + 2 * hourMs);
    // Day 5 is not over, days 0 and 1 are too old.
    expect(reference).toMatchObject({
      modelName: 'a',
      rows: 12,
      source: 'production from 2024-01-03 to 2024-01-05',
    });
    const { size, colour, price } = Object.fromEntries(reference!.features);
    expect(size).toMatchObject({ type: 'numeric', count: 9, missing: 3, min: -4, max: 4 });
    expect(colour).toMatchObject({
      categories: ['red', 'day 2', 'day 3', 'day 4'],
      counts: Float64Array.of(6, 1, 1, 1),
      missing: 3,
      other: 0,
    });
    expect(price).toMatchObject({ count: 12, min: 1, max: 4 });
  });

  it('has the rows of each day as the history of the reference', () => {
    const normal = seededNormal(3);
    const recorded = recorder(30);
    const days = [0, 1, 2, 5];
    for (const day of days) {
      const size = Float64Array.from({ length: 500 }, () => normal() + day);
      recorded.record(
        {
          rows: 500,
          durationSeconds: 0.001,
          features: [
            { names: ['size'], data: size },
            { names: ['colour'], data: Array.from(size, (value) => (value < day ? 'low' : null)) },
          ],
          outputs: [{ name: 'price', data: size }],
        },
        startMs + day * dayMs,
      );
    }
    const reference = recorded.reference(startMs + 6 * dayMs)!;
    const { history } = reference;
    expect(history).toMatchObject({ startMs, slotMs: dayMs, slots: 6 });
    for (const [name, counts] of history!.features) {
      const profile = reference.features.get(name) as ColumnProfile;
      const { reference: rows } = featureBins(profile);
      const width = rows.length + 1;
      const sums = new Float64Array(width);
      const ofDay = new Float64Array(6);
      for (const [index, count] of counts.entries()) {
        sums[index % width]! += count;
        ofDay[Math.floor(index / width)]! += count;
      }
      expect(ofDay).toEqual(Float64Array.of(500, 500, 500, 0, 0, 500));
      expect(sums).toEqual(Float64Array.of(...rows, profile.missing));
    }
  });

  it('leaves out days without rows and a first day that is incomplete', () => {
    const recorded = recorder(30, startMs + hourMs);
    recorded.record(batch(1), startMs + 2 * hourMs);
    expect(recorded.reference(startMs + dayMs)).toBeUndefined();
    recorded.record(batch(2), startMs + dayMs);
    recorded.record(batch(3), startMs + 9 * dayMs);
    expect(recorded.reference(startMs + 10 * dayMs)?.rows).toBe(8);
  });

  it('counts an absent feature or output as missing', () => {
    const recorded = recorder();
    recorded.record({ rows: 5, durationSeconds: 0, features: [], outputs: [] }, startMs);
    const reference = recorded.reference(startMs + dayMs);
    for (const profile of reference!.features.values()) {
      expect(profile).toMatchObject({ count: 0, missing: 5 });
    }
  });

  it('limits the number of category names', () => {
    const recorded = recorder();
    const data = Array.from({ length: 3000 }, (_, row) => `c${row}`);
    recorded.record(
      { rows: 3000, durationSeconds: 0, features: [{ names: ['colour'], data }], outputs: [] },
      startMs,
    );
    const colour = recorded.reference(startMs + dayMs)!.features.get('colour');
    expect(colour).toMatchObject({ count: 3000, other: 2000 });
  });

  it('builds a reference with which a monitor finds a later shift and no drift before it', async () => {
    const normal = seededNormal(7);
    let nowMs = startMs;
    const monitor = createMonitor({
      model: { name: 'a' },
      features,
      outputs,
      registry: new Registry(),
      clock: { now: () => nowMs },
      driftDetection: { recordReference: true, referenceWindowDays: 7 },
    });
    const day = (shift: number): void => {
      const rows = 3000;
      monitor.observe({
        rows,
        durationSeconds: 0.001,
        features: [
          { names: ['size'], data: Float32Array.from({ length: rows }, () => normal() + shift) },
          {
            names: ['colour'],
            data: Array.from({ length: rows }, () => (normal() > 0 ? 'red' : 'blue')),
          },
        ],
        outputs: [{ name: 'price', data: Float64Array.from({ length: rows }, () => 3 + normal()) }],
      });
      nowMs += dayMs;
    };
    expect(monitor.recordedReference()).toBeUndefined();
    for (let count = 0; count < 3; count += 1) day(0);
    const reference = monitor.recordedReference()!;
    expect(reference.rows).toBe(9000);
    // It survives being written to a file.
    monitor.setReference(
      referenceFromJson(JSON.parse(JSON.stringify(referenceToJson(reference))), 'recorded'),
    );
    day(0);
    expect((await monitor.runDrift())?.features.map(({ name, state }) => [name, state])).toEqual([
      ['size', 'ok'],
      ['colour', 'ok'],
      ['price', 'ok'],
    ]);
    day(1);
    expect((await monitor.runDrift())?.driftedFeatures).toEqual(['size']);
  });
});
