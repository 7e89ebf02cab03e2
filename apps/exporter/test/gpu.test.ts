import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricStoreOf, renderMetrics } from '@modelmeter/core';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchGpus } from '../src/gpu.js';

const fields =
  'index,uuid,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw';
const oneA100 =
  '0, GPU-5ad8f1a2-9a55-4a3a-7d1c-21b8d1e2f8c3, NVIDIA A100-SXM4-80GB, 37, 10240, 81920, 51, 187.42';
const oneT4 = '1, GPU-0e1f2a3b-0000-1111-2222-333344445555, Tesla T4, 0, 3, 15360, 33, 9.80';

let folder: string;
let path: string | undefined;
let registry: Registry;
let stop: () => void;
let logged: { level: number; reason?: string }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-gpu-'));
  path = process.env.PATH;
  registry = new Registry();
  logged = [];
  stop = () => {};
});

afterEach(async () => {
  stop();
  process.env.PATH = path;
  await rm(folder, { recursive: true });
});

/** Puts an nvidia-smi on the PATH that answers the query of the collector as real ones do. */
async function install(script: string): Promise<void> {
  const program = join(folder, 'nvidia-smi');
  await writeFile(
    `${program}.next`,
    `#!/bin/sh\n[ "$1 $2" = "--query-gpu=${fields} --format=csv,noheader,nounits" ] || exit 2\n${script}\n`,
  );
  await chmod(`${program}.next`, 0o755);
  await rename(`${program}.next`, program);
  process.env.PATH = `${folder}:${path}`;
}

const printing = (...lines: string[]): string => `cat <<'EOF'\n${lines.join('\n')}\nEOF`;

function watch(mode: 'auto' | 'on' | 'off' = 'auto', timeoutMs?: number): void {
  const log = pino({ level: 'debug' }, { write: (line) => logged.push(JSON.parse(line)) });
  const store = metricStoreOf(registry);
  stop = watchGpus({
    mode,
    everyMs: 20,
    store,
    log,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** Waits for a state however busy the machine is. */
function eventually(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 50_000, interval: 20 });
}

/** The lines of GPUs, with short labels. */
async function gpus(): Promise<string[]> {
  const text = (await renderMetrics(registry, 'prometheus')).body;
  return text
    .split('\n')
    .filter((line) => line.startsWith('gpu_'))
    .map((line) => line.replace(/\{gpu="(\d+)".*\}/, '[$1]'))
    .sort();
}

async function failures(reason: string): Promise<number> {
  const text = (await renderMetrics(registry, 'prometheus')).body;
  const found = new RegExp(`^model_monitor_gpu_errors_total\\{reason="${reason}"\\} (\\d+)`, 'm');
  return Number(found.exec(text)?.[1] ?? Number.NaN);
}

describe('the metrics of the GPUs of a machine', () => {
  it('are shown in base units', async () => {
    await install(printing(oneA100));
    watch();
    await eventually(async () => {
      expect(await gpus()).toEqual([
        'gpu_memory_total_bytes[0] 85899345920',
        'gpu_memory_used_bytes[0] 10737418240',
        'gpu_power_watts[0] 187.42',
        'gpu_temperature_celsius[0] 51',
        'gpu_utilization_ratio[0] 0.37',
      ]);
    });
    expect((await renderMetrics(registry, 'prometheus')).body).toContain(
      'gpu_temperature_celsius{gpu="0",uuid="GPU-5ad8f1a2-9a55-4a3a-7d1c-21b8d1e2f8c3",name="NVIDIA A100-SXM4-80GB"} 51',
    );
  });

  it('are shown for each GPU, and disappear when it is removed', async () => {
    await install(printing(oneA100, oneT4));
    watch();
    await eventually(async () => expect(await gpus()).toHaveLength(10));
    await install(printing(oneT4));
    await eventually(async () => {
      expect(await gpus()).toEqual([
        'gpu_memory_total_bytes[1] 16106127360',
        'gpu_memory_used_bytes[1] 3145728',
        'gpu_power_watts[1] 9.8',
        'gpu_temperature_celsius[1] 33',
        'gpu_utilization_ratio[1] 0',
      ]);
    });
    await install('echo "No devices were found"');
    await eventually(async () => expect(await gpus()).toEqual([]));
    expect(await failures('output')).toBe(0);
  });

  it.each([
    [
      'in MIG mode, which reports its load by instance only',
      '[N/A], 1024, 40536, 44, 71.20',
      [4, 'gpu_utilization_ratio'],
    ],
    [
      'that does not measure its power',
      '12, 512, 2048, 39, [Not Supported]',
      [4, 'gpu_power_watts'],
    ],
    [
      'behind a driver that refuses',
      '[Insufficient Permissions], 512, 2048, 39, ERR!',
      [3, 'gpu_power_watts'],
    ],
    ['that reports nothing', '[N/A], [N/A], [N/A], [Unknown Error], N/A', [0, 'gpu_']],
  ] as const)('of a GPU %s are those that it reports', async (_which, numbers, [known, absent]) => {
    await install(printing(`0, GPU-x, NVIDIA A30, ${numbers}`));
    watch();
    await eventually(async () => expect(await failures('exit')).toBe(0));
    await eventually(async () => expect(await gpus()).toHaveLength(known));
    expect((await gpus()).filter((line) => line.startsWith(absent))).toEqual([]);
  });

  it('do not exist on a machine without nvidia-smi', async () => {
    process.env.PATH = folder;
    watch('auto');
    await eventually(() => expect(logged).toMatchObject([{ level: 20 }]));
    expect((await renderMetrics(registry, 'prometheus')).body).not.toMatch(/gpu/);
  });

  it('disappear when nvidia-smi is removed', async () => {
    await install(printing(oneA100));
    watch('auto');
    await eventually(async () => expect(await gpus()).toHaveLength(5));
    await rm(join(folder, 'nvidia-smi'));
    await eventually(async () => expect(await gpus()).toEqual([]));
  });

  it('are counted as failures, and logged once, when nvidia-smi is missing but required', async () => {
    process.env.PATH = folder;
    watch('on');
    await eventually(async () => expect(await failures('missing')).toBeGreaterThan(2));
    expect(logged).toMatchObject([{ level: 40, reason: 'missing' }]);
  });

  it('are not read when the setting is off', async () => {
    await install(`touch ${folder}/called; ${printing(oneA100)}`);
    watch('off');
    // Takes as long as the run that must not happen.
    spawnSync(join(folder, 'nvidia-smi'));
    expect(await readdir(folder)).toEqual(['nvidia-smi']);
    expect(await gpus()).toEqual([]);
  });

  it.each([
    [
      'says that it cannot reach its driver',
      'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver."; exit 9',
      'exit',
    ],
    [
      'prints text that is not a table',
      printing('Failed to initialize NVML: Driver/library version mismatch'),
      'output',
    ],
    ['prints another table', printing('GPU-x, 0, NVIDIA A30'), 'output'],
    [
      'prints without end',
      'while :; do echo 0123456789012345678901234567890123456789; done',
      'output',
    ],
    ['hangs and ignores signals', 'trap "" TERM INT; sleep 60', 'timeout'],
  ] as const)('disappear while nvidia-smi %s', async (_what, script, reason) => {
    await install(printing(oneA100));
    // The other failures must not become timeouts on a busy machine.
    watch('auto', reason === 'timeout' ? 2000 : 50_000);
    await eventually(async () => expect(await gpus()).toHaveLength(5));
    await install(script);
    await eventually(async () => expect(await gpus()).toEqual([]));
    expect(await failures(reason)).toBeGreaterThan(0);
    expect(logged.at(-1)).toMatchObject({ level: 40, reason });
    await install(printing(oneA100));
    await eventually(async () => expect(await gpus()).toHaveLength(5));
  });

  it('disappear when the collector stops', async () => {
    await install(printing(oneA100));
    watch();
    await eventually(async () => expect(await gpus()).toHaveLength(5));
    stop();
    expect(await gpus()).toEqual([]);
  });
});
