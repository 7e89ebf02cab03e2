import { callWindows } from './evidence-windows.js';
import { indent, jobSelector } from './expressions.js';
import type { RuleOptions } from './options.js';
import { badCallEvidence, badCallRatio, countedCalls } from './recorded-metrics.js';

/** The windows of calls as a text: `5m, 1h or 6h`. */
export const callWindowsText: string = callWindows
  .map(({ range }) => range)
  .join(', ')
  .replace(/, (?=[^,]*$)/, ' or ');

/**
 * The ratio of bad calls of an objective, over the shortest window with evidence that it is above
 * its threshold. A longer window decides only where the next shorter one holds too few calls.
 */
export function badCallsAboveThreshold(options: RuleOptions, slo: 'errors' | 'latency'): string {
  const of = (record: string): string => `${record}{${jobSelector(options)},slo="${slo}"}`;
  const windows = callWindows.map(({ range, evidence }, index) => {
    const above = `${of(badCallRatio(range))} and ${of(badCallEvidence('threshold', range))} > ${evidence}`;
    const shorter = callWindows[index - 1]?.range;
    return shorter === undefined
      ? `(${above})`
      : `(${above} unless ${of(countedCalls(shorter))} >= ${options.limits.minimumCalls})`;
  });
  return `max by (job, model_name, model_version) (
${indent(windows.join('\nor\n'))}
)`;
}
