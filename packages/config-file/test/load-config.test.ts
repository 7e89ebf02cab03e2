import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBatchConfig, loadConfig } from '../src/index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-config-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const model = (name: string): string => `
  - name: ${name}
    type: external
    features: [{ name: distance, type: numeric }]
    outputs: { task: binary, score: probability }`;

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'config.yaml');
  await writeFile(path, text);
  return path;
}

describe('a configuration file', () => {
  it('is read with its defaults and its folder', async () => {
    const loaded = await loadConfig(await fileOf(`models:${model('late-flights')}`));
    expect(loaded.config.driftDetection.psiThreshold).toBe(0.25);
    expect(loaded.folder).toBe(folder);
  });

  it('refuses a champion that it does not declare', async () => {
    const champion = (version: string): string => `models:${model('a')}${model('a')}
    version: "2"
    champion: { version: "${version}" }\n`;
    const { config } = await loadConfig(await fileOf(champion('1')));
    expect(config.models[1]!.champion).toEqual({ version: '1', margin: 0, errorRate: 0.05 });
    await expect(loadConfig(await fileOf(champion('3')))).rejects.toThrow(
      /models\[1\]\.champion\.version \(line \d+\): this file has no version "3" of a/,
    );
  });

  it.each([
    ['drift_detection:\n  psi_treshold: 0.3\n', /psi_treshold \(line 2\): is not a setting/],
    ['drift_detection:\n  schedule: "61 * * * *"\n', /schedule \(line 2\): "61 \* \* \* \*"/],
    [
      'drift_detection:\n  timezone: Mars/Olympus\n',
      /in time zone "Mars\/Olympus" is not a valid schedule/,
    ],
    ['drift_detection:\n  correction: none\n', /correction \(line 2\): .*benjamini_hochberg/],
  ])('with %j is refused with its place', async (text, message) => {
    await expect(loadConfig(await fileOf(`${text}models:${model('a')}`))).rejects.toThrow(message);
  });

  it('is refused by name when it is not YAML or does not exist', async () => {
    await expect(loadConfig(await fileOf('models: [}'))).rejects.toThrow(/is not valid YAML/);
    await expect(loadConfig(join(folder, 'none.yaml'))).rejects.toThrow(
      /none\.yaml cannot be read/,
    );
  });
});

describe('the settings of a comparison', () => {
  it('come from a file of their own', async () => {
    const path = await fileOf(
      'drift_detection: { psi_threshold: 0.3 }\nfeatures: [{ name: x, type: numeric }]',
    );
    const batch = await loadBatchConfig(path);
    expect(batch).toMatchObject({
      drift: { psiThreshold: 0.3 },
      features: [{ name: 'x', type: 'numeric' }],
      outputs: undefined,
    });
  });

  it('come from a model of an exporter, named where there are several', async () => {
    const path = await fileOf(`models:${model('a')}${model('b')}`);
    expect((await loadBatchConfig(path, 'b')).outputs).toMatchObject({ score: 'probability' });
    await expect(loadBatchConfig(path)).rejects.toThrow(
      /Several models match in .*config\.yaml\. Available: a version 1, b/,
    );
    await expect(loadBatchConfig(path, 'c')).rejects.toThrow(/Unknown model "c"/);
  });

  it('with a wrong setting are refused with its line', async () => {
    const path = await fileOf('features:\n  - { name: x, type: number }');
    await expect(loadBatchConfig(path)).rejects.toThrow(/features\[0\]\.type \(line 2\)/);
  });
});
