import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Table } from '../table.js';
import type { FaultCounts } from './fault-power.js';
import type { JointCounts } from './joint-faults.js';
import type { SplitCounts } from './no-drift.js';
import type { Sizes } from './split-sizes.js';

/** The splits of one table at one pair of sizes. */
export interface SplitJob {
  readonly table: string;
  readonly sizes: Sizes;
  readonly splits: number;
  readonly seed: number;
}

/** What the rules said of the splits, and of the first of them with faults. */
export interface SplitResult {
  readonly splitCounts: SplitCounts;
  readonly faultCounts: readonly FaultCounts[];
  readonly jointCounts: JointCounts;
}

/** More processes than this would copy the tables more often than they gain. */
const mostWorkers = 4;

/** Counts false alarms and found faults, some jobs at a time; results are in the order of the jobs. */
export async function countInWorkers(
  tables: readonly Table[],
  jobs: readonly SplitJob[],
  progress: (share: number) => void,
): Promise<SplitResult[]> {
  const results: SplitResult[] = [];
  const waiting = jobs.map((job, index) => ({ job, index }));
  let done = 0;

  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      // Not a thread: a run measures the processor time of its statistics, which is that of a process.
      const worker = fork(fileURLToPath(new URL('./split-worker.js', import.meta.url)), {
        serialization: 'advanced',
      });
      worker.send(tables);
      let current = -1;
      const next = (): void => {
        const following = waiting.shift();
        if (following === undefined) {
          worker.disconnect();
          resolve();
          return;
        }
        current = following.index;
        worker.send(following.job);
      };
      worker.on('message', (result: SplitResult) => {
        results[current] = result;
        done += 1;
        progress(done / jobs.length);
        next();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        if (code !== 0) reject(new Error(`a process of random splits ended with code ${code}`));
      });
      next();
    });

  const processes = Math.min(availableParallelism(), mostWorkers, jobs.length);
  await Promise.all(Array.from({ length: processes }, work));
  return results;
}
