import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor, type Monitor } from '../../src/monitor.js';
import { buildReference, type Reference } from '../../src/reference.js';
import { referenceFromJson, referenceToJson } from '../../src/reference-json.js';
import type { FeatureConfig } from '../../src/settings/features.js';
import { dayMs, seededNormal, startMs } from '../support.js';

const features: FeatureConfig[] = [
  { name: 'size', type: 'numeric' },
  { name: 'region', type: 'categorical' },
];
const regions = ['north', 'north', 'north', 'south', 'south', 'east'];
const rows = 6000;

/** Rows of three regions; sizes of one of them are shifted. */
function table(seed: number, shifted?: string, shift = 0) {
  const normal = seededNormal(seed);
  const region = Array.from({ length: rows }, (_, row) => regions[row % regions.length]!);
  const size = Float32Array.from(region, (name) => normal() + (name === shifted ? shift : 0));
  return { size, region };
}

function reference(maximumSegments?: number): Reference {
  return buildReference({
    modelName: 'a',
    modelVersion: '1',
    created: '',
    source: 'test',
    features,
    columns: table(1),
    segment: 'region',
    ...(maximumSegments === undefined ? {} : { maximumSegments }),
  });
}

function watched(from: Reference, maximumSegments?: number) {
  let nowMs = startMs;
  const registry = new Registry();
  const monitor: Monitor = createMonitor({
    model: { name: 'a' },
    features,
    outputs: { task: 'regression', value: 'price' },
    registry,
    clock: { now: () => nowMs },
    reference: from,
    driftDetection: {
      segment: 'region',
      ...(maximumSegments === undefined ? {} : { maximumSegments }),
    },
  });
  return {
    monitor,
    registry,
    day({ size, region }: ReturnType<typeof table>, isOneBlock = false) {
      const separate = [
        { names: ['region'], data: region },
        { names: ['size'], data: size },
      ];
      const together = [
        {
          names: ['size', 'region'],
          data: region.flatMap((name, row) => [size[row]!, name]),
        },
      ];
      monitor.observe({
        rows: size.length,
        durationSeconds: 0.001,
        features: isOneBlock ? together : separate,
        outputs: [{ name: 'price', data: new Float32Array(size.length) }],
      });
      nowMs += dayMs;
    },
  };
}

describe('segments', () => {
  it.each([false, true])(
    'are evaluated on their own (features in one tensor: %s)',
    async (isOneBlock) => {
      const { monitor, day } = watched(reference());
      day(table(2, 'east', 1), isOneBlock);
      const report = (await monitor.runDrift())!;
      // One row in six moved by a deviation: all rows together hardly show it.
      expect(report.state).toBe('ok');
      expect(report.segments?.map(({ segment, state }) => [segment, state])).toEqual([
        ['north', 'ok'],
        ['south', 'ok'],
        ['east', 'drift'],
      ]);
      expect(report.segments?.[2]).toMatchObject({ driftedFeatures: ['size'] });
      expect(report.segments?.[2]?.features[0]).toMatchObject({
        name: 'size',
        segment: 'east',
        referenceRows: 1000,
        currentRows: 1000,
      });
    },
  );

  it('export their states as gauges', async () => {
    const { monitor, registry, day } = watched(reference());
    day(table(2, 'east', 1));
    await monitor.runDrift();
    const text = await registry.metrics();
    expect(text).toMatch(/model_segment_drift_state\{.*segment="east",state="drift"\} 1/);
    expect(text).toMatch(/model_segment_drift_state\{.*segment="north",state="drift"\} 0/);
    expect(text).toMatch(/model_segment_drifted_features\{.*segment="east"\} 1/);
    monitor.setReference(reference());
    expect(await registry.metrics()).not.toMatch(/segment="/);
  });

  it('are limited to the most frequent in the reference', async () => {
    expect([...reference(2).segments!.values.keys()]).toEqual(['north', 'south']);
    const { monitor, day } = watched(reference(), 1);
    day(table(2));
    expect((await monitor.runDrift())?.segments?.map(({ segment }) => segment)).toEqual(['north']);
  });

  it('are kept in a reference file and included in its id', () => {
    const written = reference();
    const read = referenceFromJson(JSON.parse(JSON.stringify(referenceToJson(written))), 'file');
    expect(read).toEqual(written);
    expect(read.id).not.toBe(reference(2).id);
    const damaged = JSON.parse(JSON.stringify(referenceToJson(written)));
    damaged.segments.values[1].value = 'west';
    expect(() => referenceFromJson(damaged, 'file')).toThrow(/its profiles hash to/);
    delete damaged.segments.values[1].features;
    expect(() => referenceFromJson(damaged, 'file')).toThrow(
      /segments\.values\[1\] must have a value and features/,
    );
  });

  it('require a declared categorical feature with which the reference was built', () => {
    const options = {
      model: { name: 'a' },
      features,
      outputs: { task: 'regression' as const, value: 'price' },
      registry: new Registry(),
    };
    for (const segment of ['size', 'other']) {
      expect(() => createMonitor({ ...options, driftDetection: { segment } })).toThrow(
        new RegExp(
          `driftDetection\\.segment: "${segment}" is not a declared categorical feature. Available: region`,
        ),
      );
    }
    const { segments, ...plain } = reference();
    expect(segments).toBeDefined();
    expect(() =>
      createMonitor({ ...options, reference: plain, driftDetection: { segment: 'region' } }),
    ).toThrow(/The reference has no segments, but driftDetection\.segment is "region"/);
    expect(() =>
      buildReference({
        modelName: 'a',
        modelVersion: '1',
        created: '',
        source: 'test',
        features,
        columns: table(1),
        segment: 'size',
      }),
    ).toThrow(/The segment "size" is not a declared categorical feature/);
  });

  it('do not include values that the reference lacks', async () => {
    const { monitor, day } = watched(reference());
    const data = table(2);
    day({ ...data, region: data.region.map((name) => (name === 'east' ? 'west' : name)) });
    const report = (await monitor.runDrift())!;
    expect(report.segments?.map(({ features: [size] }) => size?.currentRows)).toEqual([
      3000, 2000, 0,
    ]);
    expect(report.features[0]?.currentRows).toBe(rows);
  });
});
