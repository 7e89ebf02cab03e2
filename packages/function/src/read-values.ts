import type { FeatureBlock, OutputBlock, TensorData } from '@modelmeter/core';
import { type CallMonitor, outputNameOf, vectorData } from '@modelmeter/core/adapter';

type Features = CallMonitor['features'];
type TypedArray = Exclude<TensorData, readonly unknown[]>;

/** Reads the arguments of a model with these features. */
export interface FeatureReader {
  /** @throws TypeError for a value of no known form, and for one with an incomplete row. */
  features(input: unknown): FeatureBlock[];
  /** The rows of such a value; one that cannot be read counts as one row. */
  rows(input: unknown): number;
}

/**
 * The features of a value, in any of these forms:
 * - an object with the declared features, or an array of such objects;
 * - an object with a column for each feature, an array or a typed array;
 * - an array or typed array with the features of a row in their order, or of several rows one
 *   after the other, or an array of such rows.
 *
 * Typed arrays are handed on as they are; reading objects costs some 30 times as much.
 *
 * An embedding is a member of its name, with a vector, or for several rows a list of vectors or one
 * array of them. Where it is the only feature, an array or a list of vectors may be passed.
 */
export function createFeatureReader(features: Features): FeatureReader {
  // One array for all calls: readers of blocks look at an array of names once.
  const names = features.filter(({ type }) => type !== 'embedding').map(({ name }) => name);
  const embeddings = features.flatMap(({ name, dimension }) =>
    dimension === undefined ? [] : [{ name, names: [name], dimension }],
  );
  const [only] = features.length === 1 ? embeddings : [];
  const memberOf = (input: unknown, name: string): unknown => {
    if (isRecord(input)) return input[name];
    if (isList(input) && isRecord(input[0])) {
      return (input as readonly Record<string, unknown>[]).map((row) => row[name]);
    }
    if (only !== undefined) return input;
    throw new TypeError(
      `the first argument is ${isList(input) ? 'an array' : typeof input} and "${name}" is an embedding; pass an object with the features ${features.map((feature) => feature.name).join(', ')}, or an array of them`,
    );
  };
  return {
    features: (input) => [
      ...(names.length === 0 ? [] : readFeatures(input, names)),
      ...embeddings.map(({ name, names: own, dimension }) => ({
        names: own,
        dimension,
        data: vectorData(memberOf(input, name), dimension, name),
      })),
    ],
    rows(input) {
      if (isList(input)) {
        const first: unknown = input[0];
        if (isRecord(first) || isList(first)) return input.length;
        return Math.ceil(input.length / (only?.dimension ?? names.length));
      }
      if (isRecord(input) && names.length > 0 && isColumnar(input, names)) {
        return (input[names[0]!] as TensorData).length;
      }
      return 1;
    },
  };
}

function readFeatures(input: unknown, names: readonly string[]): FeatureBlock[] {
  if (isList(input)) {
    const data = Array.isArray(input) ? rowMajor(input, names) : input;
    if (data.length % names.length === 0) return [{ names, data: data as TensorData }];
    throw new TypeError(
      `the first argument holds ${data.length} values and a row has ${names.length} features, ${names.join(', ')}; pass whole rows`,
    );
  }
  if (isRecord(input)) {
    if (isColumnar(input, names)) {
      return names.map((name) => ({ names: [name], data: input[name] as TensorData }));
    }
    return [{ names, data: names.map((name) => input[name]) as TensorData }];
  }
  throw new TypeError(
    `the first argument is ${input === null ? 'null' : typeof input}; pass an object with the features ${names.join(', ')}, an array of them, or the option "features"`,
  );
}

/**
 * The outputs of a result: each member of an object, or the monitor's output as a value, as an array
 * with one value a row, or with a list of values for each row.
 */
export function readOutputs(result: unknown, outputs: CallMonitor['outputs']): OutputBlock[] {
  if (isList(result)) {
    return [{ name: outputNameOf(outputs), data: outputData(result) }];
  }
  if (isRecord(result)) {
    return Object.entries(result).map(([name, value]) => ({
      name,
      data: outputData(isList(value) ? value : [value]),
    }));
  }
  return [{ name: outputNameOf(outputs), data: [result] as TensorData }];
}

/** Values row by row; of rows that are lists, shorter ones end with missing values. */
function outputData(rows: readonly unknown[] | TypedArray): TensorData {
  if (!isList(rows[0])) return rows as TensorData;
  const lists = Array.from(rows, (row) => (isList(row) ? Array.from<unknown>(row) : [row]));
  const columns = lists.reduce((longest, row) => Math.max(longest, row.length), 0);
  return lists.flatMap((row) =>
    Array.from({ length: columns }, (_, column) => row[column]),
  ) as TensorData;
}

/** Values row by row, of rows that are objects or lists; other values are in that order already. */
function rowMajor(rows: readonly unknown[], names: readonly string[]): readonly unknown[] {
  const first = rows[0];
  if (isList(first)) return rows.flatMap((row) => (isList(row) ? Array.from(row) : [row]));
  if (!isRecord(first)) return rows;
  const data = new Array<unknown>(rows.length * names.length);
  let index = 0;
  for (const row of rows as readonly Record<string, unknown>[]) {
    for (const name of names) {
      data[index] = row[name];
      index += 1;
    }
  }
  return data;
}

/** True for an object that holds a column in place of a value. */
function isColumnar(input: Record<string, unknown>, names: readonly string[]): boolean {
  return isList(input[names[0]!]);
}

function isList(value: unknown): value is readonly unknown[] | TypedArray {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isList(value);
}
