import { alternatives, detectorLimit, detectorStepMinutes, nextLevel } from './detector.js';
import { promql } from './evidence.js';
import { withLabel } from './expressions.js';
import type { RecordingRule } from './rule.js';

/** The interval of a group with a detector, and what its counts are over. */
export const detectorStep = `${detectorStepMinutes}m`;

/**
 * Records the levels of a detector, one for each alternative, from those of the step before. A level is kept for a day in which Prometheus does not evaluate.
 *
 * @param counted.grouping Labels of all expressions, such as `by (job, model_name)`.
 */
export function detectorRule(
  selector: string,
  record: string,
  counted: {
    readonly grouping: string;
    readonly bad: string;
    readonly all: string;
    readonly limit: string;
    readonly dispersion: string;
  },
): RecordingRule {
  const { grouping, ...step } = counted;
  const levels = alternatives.map((alternative) => {
    const { odds } = alternative;
    const before = `sum ${grouping} (last_over_time(${record}{${selector},odds="${odds}"}[1d] offset ${detectorStep}))`;
    const level = `(${before} or 0 * ${step.all})`;
    return withLabel(nextLevel(promql, { ...step, level }, alternative), 'odds', String(odds));
  });
  return { record, expression: levels.join('\nor\n') };
}

/** Holds where a detector alerts. */
export function detected(record: string, selector: string): string {
  return `sum without (odds) (${latest(record, selector)}) >= ${detectorLimit}`;
}

/** What another group has recorded last, at most two steps ago. */
export function latest(record: string, selector: string): string {
  return `last_over_time(${record}{${selector}}[${2 * detectorStepMinutes}m])`;
}
