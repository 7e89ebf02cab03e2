import { z } from 'zod';
import { type CriteriaOptions, criteriaSchema } from './criteria.js';
import { settingDefaults } from './defaults.js';

/** The output of a model and its task, which decides how its quality is computed. */
export type OutputsOptions =
  | {
      readonly task: 'binary';
      /** Name of the output that holds the probability of the positive class. */
      readonly score: string;
      /** Probability from which a row counts as positive, between 0 and 1. Default: 0.5. */
      readonly decisionThreshold?: number | undefined;
      /** Overrides of `driftDetection` for the output. */
      readonly drift?: CriteriaOptions | undefined;
    }
  | {
      readonly task: 'multiclass';
      /** Name of the output that holds the predicted class, or one score for each class. */
      readonly class: string;
      /** The classes, in the order of the scores. 2 to 50 different names. */
      readonly classes: readonly string[];
      /** Overrides of `driftDetection` for the output. */
      readonly drift?: CriteriaOptions | undefined;
    }
  | {
      readonly task: 'regression';
      /** Name of the output that holds the predicted value. */
      readonly value: string;
      /** Overrides of `driftDetection` for the output. */
      readonly drift?: CriteriaOptions | undefined;
    };

/** The effective form of `OutputsOptions`. */
export type OutputsConfig =
  | (Extract<OutputsOptions, { task: 'binary' }> & { readonly decisionThreshold: number })
  | Extract<OutputsOptions, { task: 'multiclass' | 'regression' }>;

const outputName = z.string().min(1, 'must not be empty');

export const outputsSchema: z.ZodType<OutputsConfig, OutputsOptions> = z.discriminatedUnion(
  'task',
  [
    z.strictObject({
      task: z.literal('binary'),
      score: outputName,
      decisionThreshold: z.number().gt(0).lt(1).default(settingDefaults.decisionThreshold),
      drift: criteriaSchema.optional(),
    }),
    z.strictObject({
      task: z.literal('multiclass'),
      class: outputName,
      classes: z
        .array(z.string().min(1, 'must not be empty'))
        .min(2)
        .max(50)
        .superRefine((classes, context) => {
          for (const [index, name] of classes.entries()) {
            if (classes.indexOf(name) === index) continue;
            context.addIssue({
              code: 'custom',
              path: [index],
              message: `"${name}" is declared twice; keep one`,
            });
          }
        }),
      drift: criteriaSchema.optional(),
    }),
    z.strictObject({
      task: z.literal('regression'),
      value: outputName,
      drift: criteriaSchema.optional(),
    }),
  ],
  { error: 'must be binary, multiclass or regression' },
);

/** The name of the output that quality is computed from: score, class or value, by task. */
export function outputNameOf(outputs: OutputsOptions): string {
  if (outputs.task === 'binary') return outputs.score;
  return outputs.task === 'multiclass' ? outputs.class : outputs.value;
}
