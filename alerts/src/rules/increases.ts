import { jobSelector } from './expressions.js';
import type { RuleOptions } from './options.js';
import type { RuleFile } from './rule.js';
import { recordedSteps, type Steps, stepLength } from './steps.js';

/** The increase of every counter that long windows are summed from, per step and version of a model. */
export function increases(options: RuleOptions): RuleFile {
  const selector = jobSelector(options);
  return {
    name: 'increases',
    groups: [
      {
        name: 'increases',
        // Sums read one record per step. Records in between replace one that is missing.
        interval: '1m',
        rules: recordedSteps.map((steps) => ({
          record: steps.record,
          expression: stepIncrease(steps, selector),
        })),
      },
    ],
  };
}

/**
 * The increase of a counter over the last step, summed over the replicas. Differences of adjacent
 * steps add up to the whole increase without a gap; `increase` extrapolates, and loses what is
 * counted between the last sample of one step and the first of the next, such as one batch of
 * targets. A series that appears on a replica that was scraped before started at zero. Where a
 * counter was reset, and for a new replica, it is the increase between the samples of the step.
 */
function stepIncrease({ counter, labels }: Steps, selector: string): string {
  const now = `${counter}{${selector}}`;
  const before = `${now} offset ${stepLength}`;
  return `sum by (${['job', ...labels].join(', ')}) (
  ${now} - ${before} and resets(${now}[${stepLength}]) == 0
or
  (
    ${now}
  unless
    ${before}
  and on (job, instance)
    up{${selector}} offset ${stepLength} == 1
  )
or
  increase(${now}[${stepLength}])
)`;
}
