import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { posix } from 'node:path';
import type { MetricStore } from '@modelmeter/core';

/** Memory in bytes: what is taken, and what can still be had. */
export interface HostMemory {
  readonly used: number;
  readonly free: number;
}

/**
 * Shows the memory that this process can have at every scrape: that of the machine, or of the
 * tightest limit of a container around it. macOS tells free memory without the caches that it
 * would give back, so there nothing is shown.
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

/** How the two generations of control groups name the same things. */
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
 * The memory of the machine or, where a control group of this process or one around it may have
 * less, of the one that may have least. Of a group is used what the kernel cannot take back at
 * once: its memory without files that were read and lie idle, as Kubernetes counts it too.
 *
 * @param root Folder that stands for `/`.
 */
export function readHostMemory(
  machine: { readonly total: number; readonly free: number } = {
    total: totalmem(),
    // On Linux what is available, caches that can be dropped included.
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
  // A group may stand above its limit for a moment, and caches may change between two reads.
  used = Math.min(Math.max(used, 0), limit);
  return { used, free: limit - used };
}

/** Folders of the group of this process and of those around it, the innermost first. */
function groupFolders(
  root: string,
  { mount, controller }: (typeof generations)[number],
): readonly string[] {
  const line = readText(posix.join(root, 'proc/self/cgroup'))
    ?.split('\n')
    .map((text) => text.split(':'))
    .find(([, controllers]) => controllers?.split(',').includes(controller));
  if (line === undefined) return [];
  // In a container the path may be one of the host that is not to be seen: the mount itself is it.
  const folders: string[] = [];
  let path = posix.join('/', line.slice(2).join(':'));
  while (path !== '/') {
    folders.push(posix.join(root, mount, path));
    path = posix.dirname(path);
  }
  return [...folders, posix.join(root, mount)];
}

/** A number of a file; undefined when there is none, as for `max`. */
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
