import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
    timeout: 300_000,
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
  ])('refuses %s with exit code 1, a message and no stack trace', async (_, text, part) => {
    const { status, stderr } = await startWith(text);
    expect(status).toBe(1);
    expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('names a configuration file that does not exist', () => {
    const { status, stderr } = spawnSync(process.execPath, [bin, '--config', 'nowhere.yaml'], {
      encoding: 'utf8',
      timeout: 300_000,
    });
    expect(status).toBe(1);
    expect(stderr).toContain('nowhere.yaml cannot be read');
  });
});

interface Running {
  readonly child: ChildProcess;
  /** The first line of the log that contains a text; waits for it. */
  line(part: string): Promise<string>;
}

async function run(text: string, nodeOptions: readonly string[] = []): Promise<Running> {
  const path = join(folder, 'running.yaml');
  await writeFile(path, text);
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  const child = spawn(process.execPath, [...nodeOptions, bin, '--config', path], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stderr! });
  reader.on('line', (line) => lines.push(line));
  return {
    child,
    async line(part) {
      for (;;) {
        const index = lines.findIndex((line) => line.includes(part));
        if (index !== -1) return lines.splice(index, 1)[0]!;
        if (child.exitCode !== null) throw new Error(`no "${part}" in:\n${lines.join('\n')}`);
        await Promise.race([once(reader, 'line'), once(child, 'exit')]);
      }
    },
  };
}

async function stop({ child }: Running): Promise<number | null> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  return (await exit)[0] as number | null;
}

describe.skipIf(process.platform === 'win32')('a running modelmeter-exporter', () => {
  const model = (name: string, more = ''): string =>
    `monitoring: { prometheus_port: 0, gpu: off }\nmodels: [{ name: ${name}, type: external, features: [{ name: x, type: numeric }], outputs: { task: regression, value: y }${more} }]`;

  it('reloads its configuration on SIGHUP, and keeps running when it is invalid', async () => {
    const running = await run(model('first'));
    const { url } = JSON.parse(await running.line('"ready"')) as { url: string };
    const models = async (): Promise<unknown> =>
      ((await (await fetch(`${url}/readyz`)).json()) as { models: unknown }).models;
    expect(await models()).toEqual([{ name: 'first', version: '1' }]);

    await writeFile(join(folder, 'running.yaml'), model('second', ', validaton: count'));
    running.child.kill('SIGHUP');
    expect(await running.line('not reloaded')).toContain('models[0].validaton (line 2)');
    expect(await models()).toEqual([{ name: 'first', version: '1' }]);
    const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
    expect(await metrics()).toContain('\nmodel_monitor_config_last_reload_successful 0\n');

    await writeFile(join(folder, 'running.yaml'), model('second'));
    running.child.kill('SIGHUP');
    await running.line('"stopped":["first version 1"]');
    expect(await models()).toEqual([{ name: 'second', version: '1' }]);
    expect(await metrics()).toContain('\nmodel_monitor_config_last_reload_successful 1\n');
    expect(await stop(running)).toBe(0);
  });

  it('disables the telemetry of ONNX Runtime before it loads it', async () => {
    const watcher = join(folder, 'watch-libraries.cjs');
    await writeFile(
      watcher,
      `const { dlopen } = process;
process.dlopen = (module, file, ...rest) => {
  if (file.includes('onnxruntime')) console.error('loads it with', process.env.ORT_DISABLE_TELEMETRY);
  return dlopen(module, file, ...rest);
};
`,
    );
    const served = `monitoring: { prometheus_port: 0, gpu: off }
models:
  - name: late-flights
    type: onnx
    path: ${fileURLToPath(new URL('../demo/late-flights/model.onnx', import.meta.url))}
    features:
      - { name: hour, type: numeric }
      - { name: weekday, type: numeric }
      - { name: distance, type: numeric }
      - { name: origin, type: categorical }
      - { name: destination, type: categorical }
      - { name: origin_delay, type: numeric }
      - { name: destination_delay, type: numeric }
    outputs: { task: binary, score: probability }
`;
    const running = await run(served, ['--require', watcher]);
    expect(await running.line('loads it with')).toBe('loads it with 1');
    await running.line('"ready"');
    expect(await stop(running)).toBe(0);
  });
});
