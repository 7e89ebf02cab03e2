import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { expect, it, vi } from 'vitest';
import { meterSystemHealth } from '../src/system-health.js';

it('the process metrics count every garbage collection, even when Node reports several together', async () => {
  const registry = new Registry();
  const stop = meterSystemHealth(registry);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  const held: object[][] = [];
  while (collections < 20) {
    held[held.length % 3] = Array.from({ length: 200_000 }, (_, index) => ({ index }));
    await sleep(0);
  }
  await vi.waitFor(async () => {
    const text = await registry.metrics();
    const counts = [...text.matchAll(/^nodejs_gc_duration_seconds_count\{.*\} (\d+)$/gm)];
    const counted = counts.reduce((total, [, count]) => total + Number(count), 0);
    expect(counted).toBe(collections);
  }, 50_000);
  observer.disconnect();
  stop();
});

it('the process metrics have values for every name, and no name that prom-client mislabels', async () => {
  const registry = new Registry();
  const stop = meterSystemHealth(registry);
  await registry.metrics();
  const text = await registry.metrics();
  const names = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  expect(names).toHaveLength(process.platform === 'linux' ? 16 : 14);
  expect(names).not.toContain('nodejs_active_handles_total');
  for (const name of names)
    expect(text).toMatch(new RegExp(`^${name}(_count)?(\\{.*\\})? \\S+$`, 'm'));
  stop();
});
