import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMonitor } from '../../src/monitor.js';
import type { TensorData } from '../../src/prediction.js';
import { buildReference, type Reference } from '../../src/reference.js';
import { referenceFromJson, referenceToJson } from '../../src/reference-json.js';
import type { FeatureConfig } from '../../src/settings/features.js';
import { dayMs, seededRandom, startMs } from '../support.js';

const rows = 4000;
const features: FeatureConfig[] = [
  { name: 'member', type: 'categorical', values: ['true', 'false'] },
  { name: 'price', type: 'numeric' },
  { name: 'weekend', type: 'numeric' },
];
const random = seededRandom(3);
const isMember = Array.from({ length: rows }, () => random() < 0.4);
const tenths = Array.from({ length: rows }, () => Math.floor(20 * random()));
const price = tenths.map((value) => value / 10);

type Values = ArrayLike<string | number | boolean>;

function reference(member: Values): Reference {
  return buildReference({
    modelName: 'a',
    modelVersion: '1',
    created: '',
    source: 'test',
    features,
    columns: { member, price, weekend: isMember },
    segment: 'member',
  });
}

async function compare(from: Reference, current: Record<'member' | 'price' | 'weekend', Values>) {
  let nowMs = startMs;
  const registry = new Registry();
  const monitor = createMonitor({
    model: { name: 'a' },
    features,
    outputs: { task: 'regression', value: 'y' },
    registry,
    clock: { now: () => nowMs },
    reference: referenceFromJson(JSON.parse(JSON.stringify(referenceToJson(from))), 'test'),
    validation: 'count',
    driftDetection: { segment: 'member' },
  });
  monitor.observe({
    rows,
    features: Object.entries(current).map(([name, data]) => ({
      names: [name],
      data: data as TensorData,
    })),
    outputs: [],
    durationSeconds: 0.001,
  });
  nowMs += dayMs;
  const report = (await monitor.runDrift())!;
  return { report, text: await registry.metrics() };
}

const spellings: [string, Values][] = [
  ['JSON booleans', isMember],
  ['a BOOL tensor', Uint8Array.from(isMember, Number)],
  ['numbers', isMember.map(Number)],
  ['texts', isMember.map(String)],
  ['texts of pandas', isMember.map((value) => (value ? 'True' : 'False'))],
  ['floats', Float32Array.from(isMember, Number)],
];

describe('a boolean', () => {
  it.each(
    spellings.flatMap(([before, was]) =>
      spellings.map(([after, is]) => [before, after, was, is] as const),
    ),
  )('is the same value as %s and as %s', async (_before, _after, was, is) => {
    const { report, text } = await compare(reference(was), { member: is, price, weekend: is });
    const weekendIsText = typeof is[0] === 'string';
    for (const { name, state, scores, findings } of report.features) {
      if (name === 'weekend' && weekendIsText) {
        // A text is not a number: that is reported, not guessed.
        expect(findings.map(({ kind }) => kind)).toContain('type_changed');
        continue;
      }
      expect({ name, state, findings }).toEqual({ name, state: 'ok', findings: [] });
      expect(scores.psi).toBeLessThan(1e-9);
    }
    const sizes = report.segments!.map(({ features: [first] }) => first!.currentRows);
    const members = isMember.filter(Boolean).length;
    expect(sizes).toEqual([rows - members, members]);
    const invalid = text.match(/^model_feature_invalid_total\{.*feature="member".*\} (\d+)$/gm);
    expect(invalid!.every((line) => line.endsWith(' 0'))).toBe(true);
  });
});

describe('a number that differs in its last bits', () => {
  const ways: [string, Values][] = [
    [
      'a sum',
      tenths.map((value) => Array.from({ length: value }).reduce<number>((sum) => sum + 0.1, 0)),
    ],
    ['a product', price.map((value) => (value * 3) / 3)],
    ['a float32 that became a double', Float64Array.from(Float32Array.from(price))],
    ['a float32 in JSON', Array.from(Float32Array.from(price))],
    ['a float32', Float32Array.from(price)],
  ];
  it.each(ways)('is the same value as %s', async (_way, values) => {
    expect(Array.from(values)).not.toEqual(price);
    const current = { member: isMember, price: values, weekend: isMember };
    const { report } = await compare(reference(isMember), current);
    const found = report.features.find(({ name }) => name === 'price')!;
    expect(found).toMatchObject({ state: 'ok', findings: [] });
    expect(found.scores.ks_statistic).toBeLessThan(1e-9);
    const turned = buildReference({
      modelName: 'a',
      modelVersion: '1',
      created: '',
      source: 'test',
      features,
      columns: { member: isMember, price: values, weekend: isMember },
      segment: 'member',
    });
    const { report: back } = await compare(turned, { member: isMember, price, weekend: isMember });
    expect(back.features.find(({ name }) => name === 'price')).toMatchObject({ state: 'ok' });
  });
});
