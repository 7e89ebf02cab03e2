import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMonitor, type PreparedMonitor } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig, prepareModel } from '../src/index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-prepare-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Prepares the only model of a configuration, as check-config and the exporter do. */
async function prepare(shared: string, model: string): Promise<PreparedMonitor> {
  const path = join(folder, 'config.yaml');
  await writeFile(
    path,
    `${shared}\nmodels:\n  - name: a\n    type: external\n    features: [{ name: size, type: numeric, cycle: day }]\n    outputs: { task: regression, value: price }\n${model}`,
  );
  const loaded = await loadConfig(path);
  return prepareModel(loaded, loaded.config.models[0]!);
}

describe('preparing a model', () => {
  it('refuses a reference file that cannot be read', async () => {
    await expect(prepare('', '    reference: nowhere.json\n')).rejects.toMatchObject({
      code: 'REFERENCE_UNREADABLE',
      message: expect.stringContaining('nowhere.json') as string,
    });
  });

  it('refuses a model file that cannot be read', async () => {
    const path = join(folder, 'model.yaml');
    await writeFile(
      path,
      'models:\n  - name: a\n    type: onnx\n    path: nowhere.onnx\n    features: [{ name: x, type: numeric }]\n    outputs: { task: regression, value: y }\n',
    );
    const loaded = await loadConfig(path);
    await expect(prepareModel(loaded, loaded.config.models[0]!)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('nowhere.onnx') as string,
    });
  });

  it('takes the objectives of the model in place of those of all models', async () => {
    const { settings } = await prepare(
      'alerts: { latency_p99_ms: 100, success_objective: 0.999 }',
      '    objectives: { latency_p99_ms: 50, freshness_objective: 0.9, expected_target_delay: 2h }\n',
    );
    expect(settings.alerts).toMatchObject({
      latencyP99Ms: 50,
      successObjective: 0.999,
      latencyObjective: 0.99,
      freshnessObjective: 0.9,
      expectedTargetDelay: 7_200_000,
    });
  });

  it('refuses a module of statistics that cannot be imported', async () => {
    await expect(
      prepare('drift_detection: { statistics: [psi, ./nowhere.mjs] }', ''),
    ).rejects.toThrow(
      /drift_detection\.statistics\[1\] \(line 1\): the module \.\/nowhere\.mjs cannot be imported/,
    );
  });

  it.each([
    ['drift_detection: { segment: size }', { segment: 'size' }],
    ['drift_detection: { window_rows: 1000 }', { windowRows: 1000 }],
    ['drift_detection: { statistic: mine }', { statistic: 'mine' }],
  ])('refuses %s in the words of createMonitor', async (shared, driftDetection) => {
    const inCode = (): unknown =>
      createMonitor({
        model: { name: 'a' },
        features: [{ name: 'size', type: 'numeric', cycle: 'day' }],
        outputs: { task: 'regression', value: 'price' },
        registry: new Registry(),
        driftDetection,
      });
    const messages = (error: unknown): string[] =>
      (error as { problems: { message: string }[] }).problems.map(({ message }) =>
        message.replaceAll('drift_detection.window_rows', 'driftDetection.windowRows'),
      );
    const fileError: unknown = await prepare(shared, '').catch((error: unknown) => error);
    let codeError: unknown;
    try {
      inCode();
    } catch (error) {
      codeError = error;
    }
    expect(messages(fileError)).toEqual(messages(codeError));
    expect(messages(codeError)).toHaveLength(1);
  });
});
