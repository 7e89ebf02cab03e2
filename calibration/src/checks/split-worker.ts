/** A process of `countInWorkers`: it is sent the tables once, then one job after the other. */
import { shippedRules } from '../rules.js';
import type { Table } from '../table.js';
import { countFaults } from './fault-power.js';
import { countJointFaults } from './joint-faults.js';
import { countFalseAlarms } from './no-drift.js';
import type { SplitJob, SplitResult } from './split-pool.js';

/** Each fault is put into one of so many splits. */
const splitsPerFault = 10;

process.once('message', (tables: readonly Table[]) => {
  process.on('message', ({ table, sizes, splits, seed }: SplitJob) => {
    const found = tables.find(({ name }) => name === table)!;
    const faultSplits = Math.ceil(splits / splitsPerFault);
    const result: SplitResult = {
      splitCounts: countFalseAlarms(found, sizes, splits, seed, shippedRules),
      faultCounts: countFaults(found, sizes, faultSplits, seed, shippedRules),
      jointCounts: countJointFaults(found, sizes, faultSplits, seed, shippedRules),
    };
    process.send!(result);
  });
});
