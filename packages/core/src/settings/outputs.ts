import { z } from 'zod';
import { type CriteriaOptions, criteriaSchema } from './criteria.js';
import { settingDefaults } from './defaults.js';

/** What each outcome of a binary classifier is worth, in any unit; costs are negative. */
export interface BinaryValues {
  readonly tp: number;
  readonly fp: number;
  readonly tn: number;
  readonly fn: number;
}

/** The output of a model and its task, which decides how its quality is computed. */
export type OutputsOptions =
  | {
      readonly task: 'binary';
      /** Name of the output that holds the probability of the positive class. */
      readonly score: string;
      /** Probability from which a row counts as positive, between 0 and 1. Default: 0.5. */
      readonly decisionThreshold?: number | undefined;
      /** What each outcome is worth; its mean is the score `business_value`. */
      readonly businessValue?: BinaryValues | undefined;
      /** Overrides of `driftDetection` for the output. */
      readonly drift?: CriteriaOptions | undefined;
    }
  | {
      readonly task: 'multiclass';
      /** Name of the output that holds the predicted class, or one score for each class. */
      readonly class: string;
      /** The classes, in the order of the scores. 2 to 50 different names. */
      readonly classes: readonly string[];
      /**
       * What each outcome is worth: a row for each class of the target, in it a number for each
       * predicted class; the mean is the score `business_value`.
       */
      readonly businessValue?: readonly (readonly number[])[] | undefined;
      /** Overrides of `driftDetection` for the output. */
      readonly drift?: CriteriaOptions | undefined;
    }
  | {
      readonly task: 'multilabel';
      /** Name of the output that holds one probability for each label. */
      readonly scores: string;
      /** The labels, in the order of the probabilities. 2 to 50 different names. */
      readonly labels: readonly string[];
      /** Probability from which a label is given, between 0 and 1. Default: 0.5. */
      readonly decisionThreshold?: number | undefined;
      /** Overrides of `driftDetection` for the output, which is the number of labels given. */
      readonly drift?: CriteriaOptions | undefined;
    }
  | {
      readonly task: 'regression';
      /** Name of the output that holds the predicted value. */
      readonly value: string;
      /** Overrides of `driftDetection` for the output. */
      readonly drift?: CriteriaOptions | undefined;
    }
  | {
      readonly task: 'ranking';
      /** Name of the output that holds the ids of the items of a row, the best first. */
      readonly items: string;
      /** How many of the items are scored, 1 to 1000. Default: 10. */
      readonly k?: number | undefined;
      /** Overrides of `driftDetection` for the output, which is the first item. */
      readonly drift?: CriteriaOptions | undefined;
    };

/** The outputs of one task. */
export type OutputsOf<Task extends OutputsConfig['task']> = Extract<OutputsConfig, { task: Task }>;

/** The effective form of `OutputsOptions`. */
export type OutputsConfig =
  | (Extract<OutputsOptions, { task: 'binary' | 'multilabel' }> & {
      readonly decisionThreshold: number;
    })
  | (Extract<OutputsOptions, { task: 'ranking' }> & { readonly k: number })
  | Extract<OutputsOptions, { task: 'multiclass' | 'regression' }>;

const outputName = z.string().min(1, 'must not be empty');
const decisionThreshold = z.number().gt(0).lt(1).default(settingDefaults.decisionThreshold);
const drift = criteriaSchema.optional();
const value = z.number();

const names = z
  .array(z.string().min(1, 'must not be empty'))
  .min(2)
  .max(50)
  .superRefine((listed, context) => {
    for (const [index, name] of listed.entries()) {
      if (listed.indexOf(name) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index],
        message: `"${name}" is declared twice; keep one`,
      });
    }
  });

const multiclassSchema = z
  .strictObject({
    task: z.literal('multiclass'),
    class: outputName,
    classes: names,
    businessValue: z.array(z.array(value)).optional(),
    drift,
  })
  .superRefine(({ classes, businessValue }, context) => {
    if (businessValue === undefined) return;
    const rows = businessValue.map((row) => row.length);
    if (rows.length === classes.length && rows.every((length) => length === classes.length)) return;
    context.addIssue({
      code: 'custom',
      path: ['businessValue'],
      message: `has rows of ${rows.join(', ') || 'no'} numbers; give ${classes.length} rows of ${classes.length} numbers: a row for each class of the target, in it a number for each predicted class`,
    });
  });

export const outputsSchema: z.ZodType<OutputsConfig, OutputsOptions> = z.discriminatedUnion(
  'task',
  [
    z.strictObject({
      task: z.literal('binary'),
      score: outputName,
      decisionThreshold,
      businessValue: z.strictObject({ tp: value, fp: value, tn: value, fn: value }).optional(),
      drift,
    }),
    multiclassSchema,
    z.strictObject({
      task: z.literal('multilabel'),
      scores: outputName,
      labels: names,
      decisionThreshold,
      drift,
    }),
    z.strictObject({ task: z.literal('regression'), value: outputName, drift }),
    z.strictObject({
      task: z.literal('ranking'),
      items: outputName,
      k: z.int().min(1).max(1000).default(settingDefaults.rankingLength),
      drift,
    }),
  ],
  { error: 'must be binary, multiclass, multilabel, regression or ranking' },
);

/** The setting that names the output which quality is computed from, by task. */
export const outputSettings = {
  binary: 'score',
  multiclass: 'class',
  multilabel: 'scores',
  regression: 'value',
  ranking: 'items',
} as const satisfies Record<OutputsConfig['task'], string>;

/** The name of the output that quality is computed from: score, class, scores, value or items. */
export function outputNameOf(outputs: OutputsOptions): string {
  switch (outputs.task) {
    case 'binary':
      return outputs.score;
    case 'multiclass':
      return outputs.class;
    case 'multilabel':
      return outputs.scores;
    case 'regression':
      return outputs.value;
    case 'ranking':
      return outputs.items;
  }
}
