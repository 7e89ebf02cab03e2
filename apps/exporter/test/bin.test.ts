import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/modelmeter-exporter.js', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-bin-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function startWith(text: string): Promise<{ status: number | null; stderr: string }> {
  const path = join(folder, 'config.yaml');
  await writeFile(path, text);
  return spawnSync(process.execPath, [bin, '--config', path], {
    encoding: 'utf8',
    timeout: 30_000,
  });
}

describe('modelmeter-exporter', () => {
  it.each([
    ['an unknown setting', 'modles: []', 'modles (line 1): is not a setting'],
    ['broken YAML', 'models: [', 'is not valid YAML'],
    [
      'a missing model file',
      'models: [{ name: a, type: onnx, path: no.onnx, features: [{ name: x, type: numeric }], outputs: { task: regression, value: y } }]',
      'no.onnx',
    ],
  ])('refuses %s with exit code 1, a sentence and no stack trace', async (_, text, part) => {
    const { status, stderr } = await startWith(text);
    expect(status).toBe(1);
    expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('names a configuration that is not there', () => {
    const { status, stderr } = spawnSync(process.execPath, [bin, '--config', 'nowhere.yaml'], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(status).toBe(1);
    expect(stderr).toContain('nowhere.yaml cannot be read');
  });
});
