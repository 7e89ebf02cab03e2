import type { MetricLabelsOf } from '../catalogue.js';

/** The labels of every series of a model. */
export type ModelLabels = MetricLabelsOf<'model_ready'>;

/** The labels of every series of a feature that depends on a reference. */
export type FeatureLabels = MetricLabelsOf<'model_feature_missing_total'>;
