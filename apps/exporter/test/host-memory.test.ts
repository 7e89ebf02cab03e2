import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { metricStoreOf, renderMetrics } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { meterHostMemory, readHostMemory } from '../src/host-memory.js';

const machine = { total: 16_000, free: 10_000 };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelmeter-memory-'));
});

afterEach(() => rm(root, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Files of a control group (v2) as the kernel writes them. */
function group(folder: string, limit: string, current: number, inactive = 0) {
  return {
    [`sys/fs/cgroup${folder}/memory.max`]: `${limit}\n`,
    [`sys/fs/cgroup${folder}/memory.current`]: `${current}\n`,
    [`sys/fs/cgroup${folder}/memory.stat`]: `anon 5\nactive_file 7\ninactive_file ${inactive}\n`,
  };
}

describe('the memory available to a process', () => {
  it('is that of the machine when no control group limits it', async () => {
    expect(readHostMemory(machine, root)).toEqual({ used: 6000, free: 10_000 });
    await write({ 'proc/self/cgroup': '0::/user.slice\n', ...group('/user.slice', 'max', 900) });
    expect(readHostMemory(machine, root)).toEqual({ used: 6000, free: 10_000 });
  });

  it('is that of a container with a limit, without the idle files in its cache', async () => {
    await write({ 'proc/self/cgroup': '0::/\n', ...group('', '4000', 3900, 2900) });
    expect(readHostMemory(machine, root)).toEqual({ used: 1000, free: 3000 });
  });

  it('is that of the tightest group around the process', async () => {
    await write({
      'proc/self/cgroup': '0::/pod/container\n',
      ...group('/pod/container', '3000', 500),
      ...group('/pod', '2000', 1800, 100),
    });
    expect(readHostMemory(machine, root)).toEqual({ used: 1700, free: 300 });
  });

  it('is that of the machine when a limit is larger', async () => {
    await write({ 'proc/self/cgroup': '0::/\n', ...group('', '64000', 900) });
    expect(readHostMemory(machine, root)).toEqual({ used: 6000, free: 10_000 });
  });

  it('is never negative when a group is above its limit', async () => {
    await write({ 'proc/self/cgroup': '0::/\n', ...group('', '4000', 4100, 20) });
    expect(readHostMemory(machine, root)).toEqual({ used: 4000, free: 0 });
  });

  it('is read from control groups v1, whose path is a path of the host', async () => {
    const folder = 'sys/fs/cgroup/memory';
    await write({
      'proc/self/cgroup': '5:cpu,cpuacct:/docker/ab:c\n4:memory:/docker/ab:c\n0::/\n',
      [`${folder}/memory.limit_in_bytes`]: '5000\n',
      [`${folder}/memory.usage_in_bytes`]: '3000\n',
      [`${folder}/memory.stat`]: 'inactive_file 1\ntotal_inactive_file 500\n',
    });
    expect(readHostMemory(machine, root)).toEqual({ used: 2500, free: 2500 });
    await write({ [`${folder}/memory.limit_in_bytes`]: '9223372036854771712\n' });
    expect(readHostMemory(machine, root)).toEqual({ used: 6000, free: 10_000 });
  });
});

it.skipIf(process.platform === 'darwin')(
  'the states of the memory add up to the memory of this machine or its limit, until metering stops',
  async () => {
    const registry = new Registry();
    const stop = meterHostMemory(metricStoreOf(registry));
    const states = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        [
          ...(await renderMetrics(registry, 'prometheus')).body.matchAll(
            /^system_memory_usage_bytes\{state="(\w+)"\} (\S+)$/gm,
          ),
        ].map(([, state, value]) => [state, Number(value)]),
      );
    const { used = Number.NaN, free = Number.NaN, ...others } = await states();
    expect(others).toEqual({});
    expect(used).toBeGreaterThanOrEqual(process.memoryUsage().rss / 2);
    const limit = process.constrainedMemory();
    const total = limit > 0 ? Math.min(totalmem(), limit) : totalmem();
    expect(used + free).toBe(total);
    stop();
    expect(await states()).toEqual({});
  },
);
