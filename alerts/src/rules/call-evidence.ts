import { callWindows } from './evidence-windows.js';
import { indent, jobSelector } from './expressions.js';
import type { RuleOptions } from './options.js';
import { type BurnRateRange, badCallEvidence, badCallRatio } from './recorded-metrics.js';

/** The windows of calls as a text. */
export const callWindowsText: string = callWindows.map(({ range }) => range).join(', ');

/** A shorter window with so much evidence, in nats, for a ratio below the threshold ends an alert. */
const recovered = 1;

/**
 * The ratio of bad calls of an objective, over the shortest window with evidence that it is above
 * its threshold. Failures that have ended no longer count, although a long window still holds them:
 * the shorter windows then show that the ratio is below its threshold.
 */
export function badCallsAboveThreshold(options: RuleOptions, slo: 'errors' | 'latency'): string {
  const of = (record: string): string => `${record}{${jobSelector(options)},slo="${slo}"}`;
  const evidenceOver = (range: BurnRateRange): string => of(badCallEvidence('threshold', range));
  const windows = callWindows.map(({ range, evidence }, index) => {
    const ended = callWindows
      .slice(0, index)
      .map((shorter) => ` unless ${evidenceOver(shorter.range)} < -${recovered}`);
    return `(${of(badCallRatio(range))} and ${evidenceOver(range)} > ${evidence}${ended.join('')})`;
  });
  return `max by (job, model_name, model_version) (
${indent(windows.join('\nor\n'))}
)`;
}
