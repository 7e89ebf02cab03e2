import { detected } from './detector-rules.js';
import { callWindows, shownEvidence } from './evidence-windows.js';
import { indent, jobSelector, onModel } from './expressions.js';
import type { RuleOptions } from './options.js';
import { badCallDetector, badCallEvidence, badCallRatio } from './recorded-metrics.js';

/** The windows of calls as a text. */
export const callWindowsText: string = callWindows.join(', ');

/**
 * The ratio of bad calls of an objective where its detector alerts, over the shortest window that
 * shows it.
 */
export function badCallsAboveThreshold(options: RuleOptions, slo: 'errors' | 'latency'): string {
  const selector = `${jobSelector(options)},slo="${slo}"`;
  const of = (record: string): string => `${record}{${selector}}`;
  const windows = callWindows.map(
    (range) =>
      `(${of(badCallRatio(range))} and ${of(badCallEvidence('threshold', range))} > ${shownEvidence})`,
  );
  return `max by (job, model_name, model_version) (
${indent([...windows, of(badCallRatio('3d'))].join('\nor\n'))}
)
and ${onModel}
  (${detected(badCallDetector, selector)})`;
}
