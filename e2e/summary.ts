import type { TestContext } from 'vitest';
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** Lines of the summary. */
    figures?: string[];
    /** The figure that a passed test adds to, such as panels with the expected value. */
    counted?: string;
  }
}

const nameWidth = 52;

/** Adds a named figure to the summary at the end of the run. */
export function report(task: TestContext['task'], name: string, figure: string): void {
  reportLines(task, [`${name.padEnd(nameWidth)} ${figure}`]);
}

/** Adds lines, such as those of a table, to the summary at the end of the run. */
export function reportLines({ meta }: TestContext['task'], lines: readonly string[]): void {
  meta.figures = [...(meta.figures ?? []), ...lines];
}

/** Prints the figures of all tests at the end of the run. */
export function createSummary(): Reporter {
  return {
    onTestRunEnd(modules) {
      const suites = [...modules]
        .sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
        .flatMap((module) => [...module.children.suites()]);
      const lines = suites.flatMap((suite) => [suite.name, ...summaryOf(suite), '']);
      const unread = modules.filter((module) => module.children.size === 0).map(failureOf);
      console.log(`\n${['Summary of the scenarios', '', ...lines, ...unread].join('\n')}`);
    },
  };
}

function summaryOf(suite: TestSuite): string[] {
  const tests = [...suite.children.allTests()];
  if (tests.every((test) => test.result().state === 'skipped')) {
    return [`  NOT RUN: ${tests.length} tests`];
  }
  const passed = tests.filter((test) => test.result().state === 'passed');
  const skipped = tests.filter((test) => test.result().state === 'skipped').length;
  const notRun = skipped === 0 ? '' : `, not run: ${skipped}`;
  const lines = [
    `  ${'tests passed / tests'.padEnd(nameWidth)} ${passed.length} / ${tests.length}${notRun}`,
  ];
  const counted = new Set(tests.flatMap((test) => test.meta().counted ?? []));
  for (const name of counted) {
    const isOne = (test: (typeof tests)[number]): boolean => test.meta().counted === name;
    const all = tests.filter(isOne).length;
    lines.push(`  ${name.padEnd(nameWidth)} ${passed.filter(isOne).length} / ${all}`);
  }
  return [
    ...lines,
    ...tests.flatMap((test) => (test.meta().figures ?? []).map((line) => `  ${line}`)),
  ];
}

function failureOf({ moduleId }: TestModule): string {
  return `${moduleId.slice(moduleId.lastIndexOf('/') + 1)}\n  NOT RUN: it failed before its tests\n`;
}
