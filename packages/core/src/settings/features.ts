import { z } from 'zod';
import { type CriteriaOptions, criteriaSchema } from './criteria.js';
import { setting } from './problems.js';

/** Kinds of features with one value per row. */
export type ColumnType = 'numeric' | 'categorical';

/** A feature of a model. */
export interface FeatureConfig {
  /** Name of the column, as the model or its caller names it. 1 to 128 characters. */
  readonly name: string;
  /** `embedding`: a vector of numbers per row, compared as a whole. */
  readonly type: ColumnType | 'embedding';
  /** Values per vector; an embedding must have it. 1 to 65 536. */
  readonly dimension?: number | undefined;
  /** The cycle of a feature; its window is rounded up to whole days or whole weeks. */
  readonly cycle?: 'day' | 'week' | undefined;
  /** Overrides of `driftDetection` for this feature. */
  readonly drift?: CriteriaOptions | undefined;
  /** Whether a missing value is invalid. */
  readonly required?: boolean | undefined;
  /** Lowest valid value of a numeric feature. */
  readonly minimum?: number | undefined;
  /** Highest valid value of a numeric feature. */
  readonly maximum?: number | undefined;
  /** The categories of a categorical feature; any other is invalid. */
  readonly values?: readonly string[] | undefined;
}

/** A feature with one value per row. */
export type ColumnFeature = FeatureConfig & { readonly type: ColumnType };

/** A feature with a vector per row. */
export type EmbeddingFeature = FeatureConfig & {
  readonly type: 'embedding';
  readonly dimension: number;
};

export function columnFeatures(features: readonly FeatureConfig[]): ColumnFeature[] {
  return features.filter((feature): feature is ColumnFeature => feature.type !== 'embedding');
}

export function embeddingFeatures(features: readonly FeatureConfig[]): EmbeddingFeature[] {
  return features.filter((feature): feature is EmbeddingFeature => feature.type === 'embedding');
}

/** The numeric features of a model as one vector per row; a name that no feature may have with it. */
export const multivariateName = 'multivariate';

/** Values per row of a feature. */
export function valuesPerRow({ dimension = 1 }: FeatureConfig): number {
  return dimension;
}

const numericOnly = `is for numeric features; use ${setting('values')}, or type: numeric`;

export const featureSchema: z.ZodType<FeatureConfig, FeatureConfig> = z
  .strictObject({
    name: z.string().min(1, 'must not be empty').max(128),
    type: z.enum(['numeric', 'categorical', 'embedding']),
    dimension: z.int().min(1).max(65_536).optional(),
    cycle: z.enum(['day', 'week']).optional(),
    drift: criteriaSchema.optional(),
    required: z.boolean().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    values: z.array(z.string()).min(1).max(10_000).readonly().optional(),
  })
  .superRefine(({ type, dimension, minimum, maximum, values, drift, required }, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (type === 'embedding') {
      if (dimension === undefined) {
        refuse('dimension', 'is missing; an embedding needs its number of values per vector');
      }
      for (const [key, value] of Object.entries({ minimum, maximum, values, required })) {
        if (value !== undefined) refuse(key, 'is for features with one value per row; remove it');
      }
      for (const key of ['statistic', 'test'] as const) {
        if (drift?.[key] === undefined) continue;
        context.addIssue({
          code: 'custom',
          path: ['drift', key],
          message: 'is for features with one value per row; an embedding has its own, remove it',
        });
      }
      return;
    }
    if (dimension !== undefined) refuse('dimension', 'is for embeddings; remove it');
    if (type === 'categorical' && minimum !== undefined) refuse('minimum', numericOnly);
    if (type === 'categorical' && maximum !== undefined) refuse('maximum', numericOnly);
    if (type === 'numeric' && values !== undefined) {
      refuse(
        'values',
        'is for categorical features; use minimum and maximum, or type: categorical',
      );
    }
    if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
      refuse('minimum', `must not be above maximum, ${maximum}`);
    }
  });

/** Features with different names, in their order. */
export function featureListSchema(limits: {
  readonly minimum: number;
  readonly maximum: number;
}): z.ZodType<readonly FeatureConfig[], readonly FeatureConfig[]> {
  return z
    .array(featureSchema)
    .min(limits.minimum, 'must name at least one feature')
    .max(limits.maximum)
    .superRefine((features, context) => {
      const names = new Set<string>();
      for (const [index, { name }] of features.entries()) {
        if (names.has(name)) {
          context.addIssue({
            code: 'custom',
            path: [index, 'name'],
            message: `"${name}" is declared twice; keep one`,
          });
        }
        names.add(name);
      }
    });
}

/** The features of a model; a reference takes about 35 KB of memory for each. */
export const featuresSchema = featureListSchema({ minimum: 1, maximum: 2000 });
