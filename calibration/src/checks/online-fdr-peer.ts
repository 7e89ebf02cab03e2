import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { percent, type Row } from '../row.js';
import {
  type Alarms,
  type Decision,
  scenarios,
  simulateYears,
  withinBudget,
} from './yearly-budget.js';

/** The methods of online-fdr in the order in which the script writes their decisions. */
const methods = ['BatchPRDS', 'LORD++', 'e-LOND'] as const;
const periods = 3;

/**
 * The same years decided by the yearly budget and by online-fdr, tests in the order of the runs;
 * undefined where `python` does not have it. Takes minutes: LORD++ goes through all earlier rejections
 * at each test.
 *
 * @param repository Folder of the repository.
 */
export function onlineFdrRows(repository: string, python: string, seed: number): Row[] | undefined {
  const scenario = scenarios[1]!;
  const recorded: Float64Array[][] = [];
  simulateYears(scenario, periods, seed, () => {
    const runs: Float64Array[] = [];
    recorded.push(runs);
    return (pValues) => {
      runs.push(pValues);
      return Array.from(pValues, () => false);
    };
  });
  const script = join(repository, 'calibration', 'peers', 'online_fdr_years.py');
  const decided: Buffer[] = [];
  for (const runs of recorded) {
    const { status, stdout } = spawnSync(python, [script, String(runs[0]!.length)], {
      input: Buffer.concat(runs.map((run) => Buffer.from(run.buffer))),
      maxBuffer: Number.MAX_SAFE_INTEGER,
    });
    if (status !== 0) return undefined;
    decided.push(stdout);
  }
  return [
    rowOf('yearly budget', simulateYears(scenario, periods, seed, withinBudget)),
    ...methods.map((method, index) =>
      rowOf(method, simulateYears(scenario, periods, seed, replay(decided, index))),
    ),
  ];
}

/** Repeats what a method decided about one period after another. */
function replay(decided: readonly Buffer[], method: number): Decision {
  let period = -1;
  return () => {
    period += 1;
    const bytes = decided[period]!;
    let at = (method * bytes.length) / methods.length;
    return (pValues) =>
      Array.from(bytes.subarray(at, (at += pValues.length)), (rejected) => rejected === 1);
  };
}

function rowOf(method: string, { years, alarms, falseAlarms, found, incidents }: Alarms): Row {
  const shareOf = (year: number): string => percent(found[year]! / incidents[year]!);
  return {
    check: `6 incidents a year: ${method}`,
    measured: `${(alarms / years).toFixed(1)} alarms a year, ${(falseAlarms / years).toFixed(2)} false; found ${shareOf(0)} in year 1, ${shareOf(2)} in year 3`,
    goal: '',
  };
}
