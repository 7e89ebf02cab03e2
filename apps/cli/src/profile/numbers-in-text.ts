import type { FeatureConfig } from '@modelmeter/core/settings';
import type { Feature } from '../read/columns.js';
import type { Input } from '../read/input.js';
import type { DataSource } from '../read/source.js';

/** Share of the values from which a text column of the current side is read as numbers. */
const nearlyAll = 0.9;

/**
 * A sentence for each feature of a reference that is compared by categories although most of its
 * values are numbers, unless its type is declared.
 */
export function numbersInText(input: Input, undeclared: readonly Feature[]): string[] {
  if (input.kind === 'profile') return [];
  return undeclared.flatMap(({ name }) => {
    const column = input.source.columns.get(name);
    if (column?.kind !== 'text' || column.texts === undefined) return [];
    const { values, numbers, example } = column.texts;
    return 2 * numbers > values ? [warning(input.source, name, values, numbers, example)] : [];
  });
}

/** A sentence for each numeric feature whose current values are texts that are not all numbers. */
export function textsAmongNumbers(input: Input, features: readonly Feature[]): string[] {
  if (input.kind === 'profile') return [];
  return features.flatMap(({ name, type }) => {
    const column = input.source.columns.get(name);
    if (type !== 'numeric' || column?.kind !== 'text' || column.texts === undefined) return [];
    const { values, numbers, example } = column.texts;
    if (numbers === values) {
      return [`Column "${name}" of ${input.name} is text; its values are read as numbers.`];
    }
    const others = `the others, such as ${shown(example)}, are counted as missing`;
    return numbers >= nearlyAll * values
      ? [
          `${count(numbers)} of ${count(values)} values of "${name}" in ${input.name} are read as numbers; ${others}.`,
        ]
      : [
          `Only ${count(numbers)} of ${count(values)} values of "${name}" in ${input.name} are numbers; ${others}. Correct the column, or name its decimal mark with --decimal.`,
        ];
  });
}

function warning(
  source: DataSource,
  column: string,
  values: number,
  numbers: number,
  example: string | undefined,
): string {
  const entry = (type: FeatureConfig['type']): string =>
    `{ name: ${JSON.stringify(column)}, type: ${type} }`;
  const found =
    numbers === values
      ? `all of its ${count(values)} values are numbers that are stored as text`
      : `${count(numbers)} of its ${count(values)} values are numbers, others are not, such as ${shown(example)}`;
  return `Column "${column}" of ${source.name} is read as categories: ${found}. To read it as numbers, and the others as missing, name a configuration with --config whose features list ${entry('numeric')} among the columns to read. If these are categories, list ${entry('categorical')}.`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function shown(example = ''): string {
  return JSON.stringify(example.length > 40 ? `${example.slice(0, 40)}…` : example);
}
