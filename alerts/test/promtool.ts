import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { type GivenRuleOptions, renderRules } from '../src/index.js';

const program = process.env.MODELMETER_PROMTOOL ?? 'promtool';

const installed = spawnSync(program, ['--version']).error === undefined;

/** Why tests with promtool cannot run here; undefined where they can. Printed once per test file. */
export const promtoolMissing: string | undefined = installed
  ? undefined
  : 'promtool is not on PATH (Debian: apt-get install prometheus): the rules are NOT tested';

if (promtoolMissing !== undefined) {
  if (process.env.CI === 'true') throw new Error(promtoolMissing);
  console.warn(promtoolMissing);
}

/** A series of a unit test in promtool's notation, such as `1x10` or `0+5x60`. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** One `tests` entry of a promtool file. */
export interface UnitTest {
  readonly name?: string;
  readonly interval?: string;
  readonly input_series: readonly InputSeries[];
  readonly alert_rule_test?: readonly {
    readonly eval_time: string;
    readonly alertname: string;
    readonly exp_alerts: readonly {
      readonly exp_labels: Readonly<Record<string, string>>;
      readonly exp_annotations: Readonly<Record<string, string>>;
    }[];
  }[];
  readonly promql_expr_test?: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
  }[];
}

/** The rules under test and their evaluation interval. Default: every file, once a minute. */
export interface SuiteOptions {
  readonly rules?: GivenRuleOptions;
  readonly files?: readonly string[];
  readonly evaluationInterval?: string;
}

/** Whether promtool succeeded, and all its output. */
export interface Verdict {
  readonly passed: boolean;
  readonly output: string;
}

/** Fails with the output of promtool unless it reports success. */
export function expectPassed({ passed, output }: Verdict): void {
  expect(passed, output).toBe(true);
  expect(output).toContain('SUCCESS');
}

/** Generates rules into a temporary folder and runs unit tests on them. */
export async function runUnitTests(
  tests: readonly UnitTest[],
  options: SuiteOptions = {},
): Promise<Verdict> {
  const { rules = {}, files, evaluationInterval = '1m' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'modelmeter-rules-'));
  try {
    const rendered = renderRules(rules).filter(({ file }) => files?.includes(file) ?? true);
    writeFileSync(join(folder, 'rules.yaml'), oneGroup(rendered.map(({ text }) => text)));
    const suite = {
      rule_files: ['rules.yaml'],
      evaluation_interval: evaluationInterval,
      tests: tests.map((test) => ({ interval: '1m', ...test })),
    };
    writeFileSync(join(folder, 'suite.yaml'), stringify(suite, { aliasDuplicateObjects: false }));
    return await run(['test', 'rules', 'suite.yaml'], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** promtool evaluates groups in any order; in one group, rules read what earlier ones recorded. */
function oneGroup(files: readonly string[]): string {
  const groups = files.flatMap(
    (text) => (parse(text) as { readonly groups: readonly { readonly rules: unknown[] }[] }).groups,
  );
  const rules = groups.flatMap((group) => group.rules);
  return stringify({ groups: [{ name: 'rules', rules }] }, { aliasDuplicateObjects: false });
}

/** Runs promtool in a folder. */
export function run(parameters: readonly string[], folder: string): Promise<Verdict> {
  return new Promise((resolve) => {
    const env = { ...process.env, GOMAXPROCS: '1' };
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024, env };
    execFile(program, parameters, options, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: `${stdout}${stderr}` }),
    );
  });
}
