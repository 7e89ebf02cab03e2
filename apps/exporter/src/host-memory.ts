import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { posix } from 'node:path';
import type { MetricStore } from '@modelmeter/core';

/** Memory in bytes: used, and still available. */
export interface HostMemory {
  readonly used: number;
  readonly free: number;
}

/**
 * Updates `system_memory_usage_bytes` at every scrape: the memory of the machine, or of the tightest
 * limit of a container around this process. Does nothing on macOS, which does not count caches
 * that it can free as free memory.
 *
 * @returns A function that stops the updates and removes the gauges.
 */
export function meterHostMemory(store: MetricStore): () => void {
  if (process.platform === 'darwin') return () => {};
  const used = store.gauge('system_memory_usage_bytes', { state: 'used' });
  const free = store.gauge('system_memory_usage_bytes', { state: 'free' });
  const stop = store.onCollect(() => {
    const memory = readHostMemory();
    used.set(memory.used);
    free.set(memory.free);
  });
  return () => {
    stop();
    used.remove();
    free.remove();
  };
}

/** Files of control groups v2 and v1. */
const generations = [
  {
    mount: '/sys/fs/cgroup',
    controller: '',
    limit: 'memory.max',
    usage: 'memory.current',
    inactive: 'inactive_file',
  },
  {
    mount: '/sys/fs/cgroup/memory',
    controller: 'memory',
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    inactive: 'total_inactive_file',
  },
] as const;

/**
 * Reads the memory of the machine or, where control groups of this process have a lower limit, of
 * the group with the lowest. The used memory of a group excludes inactive file caches, which the
 * kernel can reclaim at once; Kubernetes counts the same working set.
 *
 * @param root Folder that is read as `/`.
 */
export function readHostMemory(
  machine: { readonly total: number; readonly free: number } = {
    total: totalmem(),
    // On Linux this is the available memory, which includes caches that can be dropped.
    free: freemem(),
  },
  root = '/',
): HostMemory {
  let limit = machine.total;
  let used = machine.total - machine.free;
  for (const generation of generations) {
    for (const folder of groupFolders(root, generation)) {
      const found = readNumber(`${folder}/${generation.limit}`);
      const usage = readNumber(`${folder}/${generation.usage}`);
      if (found === undefined || usage === undefined || found <= 0 || found >= limit) continue;
      const statistics = readText(`${folder}/memory.stat`) ?? '';
      const inactive = new RegExp(`^${generation.inactive} (\\d+)$`, 'm').exec(statistics)?.[1];
      limit = found;
      used = Math.max(0, usage - Number(inactive ?? 0));
    }
  }
  // A group may be above its limit for a moment, and caches may change between two reads.
  used = Math.min(Math.max(used, 0), limit);
  return { used, free: limit - used };
}

/** Folders of the control group of this process and of its parents, the innermost first. */
function groupFolders(
  root: string,
  { mount, controller }: (typeof generations)[number],
): readonly string[] {
  const line = readText(posix.join(root, 'proc/self/cgroup'))
    ?.split('\n')
    .map((text) => text.split(':'))
    .find(([, controllers]) => controllers?.split(',').includes(controller));
  if (line === undefined) return [];
  // In a container the path may be one of the host, which does not exist here: then the mount itself
  // is the group.
  const folders: string[] = [];
  let path = posix.join('/', line.slice(2).join(':'));
  while (path !== '/') {
    folders.push(posix.join(root, mount, path));
    path = posix.dirname(path);
  }
  return [...folders, posix.join(root, mount)];
}

/** Reads a number; undefined for a missing file and for `max`. */
function readNumber(path: string): number | undefined {
  const text = readText(path)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
