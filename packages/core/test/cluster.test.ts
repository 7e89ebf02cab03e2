import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clients } from './clients.js';
import { categories, numbers, predictionsOf, rightOf, workers } from './cluster/traffic.js';

const service = fileURLToPath(new URL('./cluster/service.ts', import.meta.url));
const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

describe.each(clients)('a service of four processes with $client', ({ client }) => {
  let program: ChildProcess;
  let text: string;

  beforeAll(async () => {
    program = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', service, client], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [url] = await Promise.race([
      once(createInterface(program.stdout!), 'line') as Promise<[string]>,
      once(program, 'exit').then(([code]) => {
        throw new Error(`the service ended with ${code}`);
      }),
    ]);
    text = await (await fetch(url)).text();
  });

  afterAll(async () => {
    const ended = program.exitCode === null ? once(program, 'exit') : undefined;
    program.kill('SIGTERM');
    await ended;
  });

  function value(series: string): number {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
  }

  const labels = 'model_name="m",model_version="1"';

  it('adds up predictions and outcomes', () => {
    const predictions = sum(numbers.map(predictionsOf));
    const right = sum(numbers.map(rightOf));
    expect(value(`model_predictions_total{${labels},status="success"}`)).toBe(predictions);
    expect(value(`model_outcomes_total{${labels},outcome="tp"}`)).toBe(right);
    expect(value(`model_outcomes_total{${labels},outcome="fp"}`)).toBe(predictions - right);
    expect(value(`model_quality_window_samples{${labels}}`)).toBe(predictions);
  });

  it('adds up the buckets of the latency', () => {
    const seconds = 'model_prediction_seconds';
    expect(value(`${seconds}_count{${labels}}`)).toBe(sum(numbers.map(predictionsOf)));
    // Two of the workers take 1 and 2 ms.
    expect(value(`${seconds}_bucket{${labels},le="0.0025"}`)).toBe(
      predictionsOf(1) + predictionsOf(2),
    );
    expect(value(`${seconds}_sum{${labels}}`)).toBeCloseTo(
      sum(numbers.map((worker) => (predictionsOf(worker) * worker) / 1000)),
      12,
    );
  });

  it('averages the accuracies', () => {
    const accuracies = numbers.map((worker) => rightOf(worker) / predictionsOf(worker));
    expect(value(`model_accuracy_score{${labels}}`)).toBeCloseTo(sum(accuracies) / workers, 12);
  });

  it('is ready when all its processes are', () => {
    expect(value(`model_ready{${labels}}`)).toBe(0);
  });

  it('exports a threshold unchanged and adds up the limits of its processes', () => {
    expect(value(`model_slo_latency_threshold_seconds{${labels}}`)).toBe(0.2);
    expect(value('model_monitor_series_limit')).toBe(80_000);
    expect(value('model_monitor_series')).toBeLessThan(80_000);
  });

  it('does not merge categories whose names look like separators', () => {
    for (const [index, category] of categories.entries()) {
      const found = text
        .split('\n')
        .filter((line) => line.startsWith('model_feature_category_total{'))
        .find((line) => line.includes(`category="${category}"`));
      const expected = numbers.map((worker) =>
        Math.ceil((predictionsOf(worker) - index) / categories.length),
      );
      expect(Number(found?.split(' ').at(-1)), category).toBe(sum(expected));
    }
  });
});
