import {
  arrivedTargets,
  byModel,
  divide,
  either,
  fleetAccuracy,
  increaseBy,
  indent,
  modelIncrease,
  onModel,
  type Scope,
} from './expressions.js';
import type { RecordingRule } from './rule.js';

/**
 * Quality from the outcomes and errors of all replicas, with the definitions that each process uses
 * for its own window. Scores of multiclass classifiers are means over the classes that occur.
 */
export function qualityOfFleet(scope: Scope): RecordingRule[] {
  const outcomes = (outcome: string): string =>
    modelIncrease('model_outcomes_total', scope, `outcome=~"${outcome}"`);
  const outcomesOfClass = (outcome: string): string =>
    increaseBy(
      'by (job, model_name, model_version, class)',
      'model_class_outcomes_total',
      scope,
      `outcome=~"${outcome}"`,
    );
  const onClass = 'on (job, model_name, model_version, class)';
  // A class that occurs but is never predicted correctly has the score 0.
  const rightOf = (whole: string): string => {
    const ofClasses = `${divide(outcomesOfClass('tp'), `${outcomesOfClass(whole)} > 0`, onClass)}
or ${onClass}
0 * (${outcomesOfClass('tp|fp|fn')} > 0)`;
    return either(
      divide(outcomes('tp'), `${outcomes(whole)} > 0`),
      `avg ${byModel} (\n${indent(ofClasses)}\n)`,
    );
  };
  const matched = modelIncrease('model_targets_total', scope, 'status="matched"');
  const meanError = (metric: string): string =>
    divide(modelIncrease(metric, scope), `${matched} > 0`);
  return [
    {
      record: 'model:model_targets:increase_quality_window',
      expression: either(
        arrivedTargets(scope),
        `${matched}\nand ${onModel}\n${modelIncrease('model_absolute_error_total', scope)}`,
      ),
    },
    {
      record: 'model:model_accuracy_score:increase_quality_window',
      expression: fleetAccuracy(scope),
    },
    { record: 'model:model_precision_score:increase_quality_window', expression: rightOf('tp|fp') },
    { record: 'model:model_recall_score:increase_quality_window', expression: rightOf('tp|fn') },
    {
      record: 'model:model_f1_score:increase_quality_window',
      expression: either(
        divide(
          `2 * ${outcomes('tp')}`,
          `(${outcomes('tp|fp')} + ${onModel} ${outcomes('tp|fn')}) > 0`,
        ),
        `avg ${byModel} (
${indent(divide(`2 * ${outcomesOfClass('tp')}`, `(${outcomesOfClass('tp|fp')} + ${onClass} ${outcomesOfClass('tp|fn')}) > 0`, onClass))}
)`,
      ),
    },
    {
      record: 'model:model_mean_absolute_error:increase_quality_window',
      expression: meanError('model_absolute_error_total'),
    },
    {
      record: 'model:model_root_mean_squared_error:increase_quality_window',
      expression: `sqrt${meanError('model_squared_error_total')}`,
    },
  ];
}
