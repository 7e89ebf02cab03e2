import type { ComparedFeature } from '@modelmeter/core/drift';
import { createKernel } from '@modelmeter/kernel';
import {
  type ColumnProfile,
  categoricalProfile,
  type FeatureProfile,
  numericProfile,
} from '@modelmeter/kernel/profiles';
import type { Column } from './table.js';

const kernel = createKernel();

/** Profile of a column, counted on the grid or the vocabulary of `like` where it is given. */
export function profileOf(column: Column, like?: FeatureProfile): ColumnProfile {
  if (column.type === 'numeric') {
    const grid = like?.type === 'numeric' ? { grid: like.grid } : {};
    return numericProfile(column.values, { ...grid, kernel });
  }
  const categories = like?.type === 'categorical' ? { categories: like.categories } : {};
  return categoricalProfile(column.values, categories);
}

/** Some rows of a column, as a column. */
export function pick(column: Column, rows: Uint32Array): Column {
  if (column.type === 'categorical') {
    const { values } = column;
    return { ...column, values: Array.from(rows, (row) => values[row]!) };
  }
  const values = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) values[index] = column.values[rows[index]!]!;
  return { ...column, values };
}

/** Both samples of a feature, the current one counted as the reference is. */
export function sampleOf(reference: Column, current: Column): ComparedFeature {
  const profile = profileOf(reference);
  return {
    feature: { name: reference.name, type: reference.type },
    reference: profile,
    current: profileOf(current, profile),
  };
}

/** Both samples of every column of a table: the rows of the reference and the current rows. */
export function samplesOf(
  columns: readonly Column[],
  reference: Uint32Array,
  current: Uint32Array,
): ComparedFeature[] {
  return columns.map((column) => sampleOf(pick(column, reference), pick(column, current)));
}
