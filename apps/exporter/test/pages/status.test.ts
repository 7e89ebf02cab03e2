import { buildReference, createMonitor, type Monitor } from '@modelmeter/core';
import { measureReferenceQuality } from '@modelmeter/core/quality';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { statusPage } from '../../src/pages/status.js';
import type { ServedModel } from '../../src/served-model.js';

const outputs = { task: 'binary', score: 'p', decisionThreshold: 0.5 } as const;
const features = [{ name: 'origin', type: 'categorical' }] as const;
const startMs = Date.UTC(2026, 0, 1);

function monitorOf(
  registry: Registry,
  version: string,
  options: Partial<Parameters<typeof createMonitor>[0]> = {},
): Monitor {
  return createMonitor({
    model: { name: 'm', version },
    features,
    outputs,
    registry,
    clock: { now: () => startMs },
    driftDetection: { schedule: 'manual' },
    quality: { segments: ['origin'] },
    ...options,
  });
}

/** Predicts 1 for flights from two airports; so many of those from ORD are 0. */
function fly(monitor: Monitor, wrongFromOrd: number): void {
  const rows = Array.from({ length: 400 }, (_, row) => row);
  monitor.observe({
    rows: rows.length,
    features: [{ names: ['origin'], data: rows.map((row) => (row % 2 === 0 ? 'ORD' : 'JFK')) }],
    outputs: [{ name: 'p', data: rows.map(() => 0.9) }],
    durationSeconds: 0.01,
    predictionIds: rows.map((row) => `f${row}`),
  });
  monitor.recordTargets(
    rows.map((row) => ({
      predictionId: `f${row}`,
      value: row % 2 === 0 && row < 2 * wrongFromOrd ? 0 : 1,
    })),
  );
}

function pageOf(...monitors: Monitor[]): string {
  const models = monitors.map((monitor) => ({
    config: { name: 'm', version: monitor.model.version, type: 'external' },
    monitor,
    onnx: undefined,
  }));
  return statusPage(models as unknown as ServedModel[], []);
}

it('names the segments that are worse than the others', () => {
  const monitor = monitorOf(new Registry(), '1');
  fly(monitor, 0);
  expect(pageOf(monitor)).not.toContain('Worse than the other segments');
  const worse = monitorOf(new Registry(), '1');
  fly(worse, 50);
  expect(pageOf(worse)).toContain('Worse than the other segments by accuracy: origin=ORD (0.750).');
});

it('says what is known of a challenger and its champion', () => {
  const registry = new Registry();
  const champion = monitorOf(registry, '1');
  const challenger = monitorOf(registry, '2', { champion: { version: '1' } });
  expect(pageOf(champion)).not.toContain('Compared with version');
  expect(pageOf(challenger)).toContain(
    'Compared with version 1 on 0 predictions of both, with a margin of 0: not decided yet.',
  );
  fly(champion, 0);
  fly(challenger, 0);
  expect(pageOf(challenger)).toMatch(
    /on 400 predictions of both.* The difference is \+0\.000 \(−0/,
  );
});

it('shows estimates before targets, and why they do not hold', () => {
  const predictions = Array.from({ length: 2000 }, (_, row) => 0.1 + (row % 100) / 200);
  const reference = buildReference({
    modelName: 'm',
    modelVersion: '1',
    created: '2026-01-01T00:00:00.000Z',
    source: 'rows of a test',
    features,
    columns: { origin: predictions.map(() => 'ORD') },
    quality: measureReferenceQuality({
      outputs,
      predictions,
      targets: predictions.map((_, row) => row % 3 === 0),
    }),
  });
  const predict = (p: number): string => {
    const monitor = monitorOf(new Registry(), '1', { reference });
    monitor.observe({
      rows: 200,
      features: [],
      outputs: [{ name: 'p', data: new Array(200).fill(p) }],
      durationSeconds: 0.01,
    });
    return pageOf(monitor);
  };
  expect(predict(0.3)).toMatch(/Estimated from the reference, .*: accuracy 0\.\d{3} \(0\.\d{3} to/);
  expect(predict(0.99)).toContain(
    'The estimated quality does not hold: 200 of 200 predictions lie outside of those of the reference',
  );
});
