import type { FeatureConfig } from '@modelmeter/core/settings';

export interface NumericColumn {
  readonly name: string;
  readonly type: 'numeric';
  /** NaN where missing. */
  readonly values: Float64Array;
}

export interface CategoricalColumn {
  readonly name: string;
  readonly type: 'categorical';
  /** null where missing. */
  readonly values: readonly (string | null)[];
}

export type Column = NumericColumn | CategoricalColumn;

/** Rows of one data set, column by column. */
export interface Table {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** The columns as the features of a configuration, without settings of their own. */
export function featuresOf(columns: readonly Column[]): FeatureConfig[] {
  return columns.map(({ name, type }) => ({ name, type }));
}
