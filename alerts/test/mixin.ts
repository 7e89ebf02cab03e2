import { stringify } from 'yaml';
import { ruleFiles } from '../src/rules/rule-files.js';
import { type Scenario, unitTest } from './alert-scenario.js';
import type { UnitTest } from './promtool.js';
import { scenarios } from './scenarios/index.js';

/** A file of `deploy/mixin/tests`. */
export interface MixinTests {
  readonly file: string;
  readonly text: string;
}

const header = '# Generated from alerts/test/scenarios. Run: promtool test rules tests/*.yaml\n';

/** Whether the mixin has a scenario: default options, a scrape and an evaluation per minute. */
export function isInMixin({ step = '1m', evaluatedEvery = step, options }: Scenario): boolean {
  return options === undefined && step === '1m' && evaluatedEvery === '1m';
}

/** The scenarios of every rule file as tests that promtool runs by itself. */
export function mixinTests(): MixinTests[] {
  const tests = new Map<string, { readonly files: readonly string[]; tests: UnitTest[] }>();
  for (const scenario of scenarios) {
    if (!isInMixin(scenario)) continue;
    const { files, test } = unitTest(scenario);
    const name = files.at(-1)!;
    const known = tests.get(name) ?? { files, tests: [] };
    known.tests.push(test);
    tests.set(name, known);
  }
  return [...tests].map(([file, { files, tests: ofFile }]) => ({
    file,
    text:
      header +
      stringify(
        {
          rule_files: files.map((name) => `../../../alerts/${name}`),
          evaluation_interval: '1m',
          // promtool evaluates groups in any order, and later groups read what earlier ones record.
          group_eval_order: files.flatMap(groupsOf),
          tests: ofFile,
        },
        { lineWidth: 0, aliasDuplicateObjects: false },
      ),
  }));
}

function groupsOf(file: string): string[] {
  const found = ruleFiles().find(({ name }) => `${name}.yaml` === file);
  return found?.groups.map(({ name }) => name) ?? [];
}
