import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { percent, type Row } from '../row.js';
import { type Decision, type Scenario, scenarios, simulateYears } from './yearly-budget.js';

/** The methods of online-fdr in the order in which the script writes their decisions. */
const methods = ['BatchPRDS', 'LORD++', 'e-LOND'] as const;

/**
 * The same years decided by online-fdr, tests in the order of the runs; undefined where `python` does not
 * have it. Takes minutes: LORD++ goes through all earlier rejections at each test.
 *
 * @param repository Folder of the repository.
 */
export function onlineFdrRows(repository: string, python: string, seed: number): Row[] | undefined {
  const scenario = scenarios[1]!;
  const decided = decide(scenario, repository, python, seed);
  return (
    decided &&
    methods.map((method, index) => {
      const measured = simulateYears(scenario, 1, seed, () => decided(index));
      const { alarms, falseAlarms, falseShares, years, found, incidents } = measured;
      const shareOf = (year: number): string => percent(found[year]! / incidents[year]!);
      return {
        check: `${scenario.name}: ${method}`,
        measured: `${(alarms / years).toFixed(1)} alarms a year, ${(falseAlarms / years).toFixed(1)} false (${percent(falseShares[0]!)}); found ${shareOf(0)} in year 1, ${shareOf(2)} in year 3`,
        goal: '',
      };
    })
  );
}

/** Records the p-values of one period, and replays what each method decided about them. */
function decide(
  scenario: Scenario,
  repository: string,
  python: string,
  seed: number,
): ((method: number) => ReturnType<Decision>) | undefined {
  const runs: Float64Array[] = [];
  simulateYears(scenario, 1, seed, () => (pValues) => {
    runs.push(pValues);
    return Array.from(pValues, () => false);
  });
  const features = runs[0]!.length;
  const script = join(repository, 'calibration', 'peers', 'online_fdr_years.py');
  const { status, stdout } = spawnSync(python, [script, String(features)], {
    input: Buffer.concat(runs.map((run) => Buffer.from(run.buffer))),
    maxBuffer: Number.MAX_SAFE_INTEGER,
  });
  if (status !== 0) return undefined;
  return (method) => {
    let at = method * runs.length * features;
    return () => Array.from(stdout.subarray(at, (at += features)), (rejected) => rejected === 1);
  };
}
