/** A thread of `countInWorkers`: it is given the tables once, then one job after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { shippedRules } from '../rules.js';
import type { Table } from '../table.js';
import { countFalseAlarms } from './no-drift.js';
import type { SplitJob } from './split-pool.js';

const tables = workerData as readonly Table[];

parentPort!.on('message', ({ table, sizes, splits, seed }: SplitJob) => {
  const found = tables.find(({ name }) => name === table)!;
  parentPort!.postMessage(countFalseAlarms(found, sizes, splits, seed, shippedRules));
});
