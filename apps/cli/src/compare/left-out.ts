import { parseChunkBy } from '../profile/groups.js';
import type { Feature } from '../read/columns.js';
import { columnNames, type Input } from '../read/input.js';
import type { LeftOut } from '../read/read-report.js';
import { reasonToLeaveOut } from '../read/typing.js';
import type { CompareOptions } from './comparison.js';

type Names = readonly Pick<Feature, 'name' | 'together'>[];

/** The features that an input has no column of. */
export function missingColumns(input: Input, features: Names): string[] {
  const known = new Set(columnNames(input));
  return features
    .filter(({ name, together }) => together === undefined && !known.has(name))
    .map(({ name }) => name);
}

/**
 * Notes every column that is not compared with the reason, unless the features were chosen by the
 * user.
 */
export function logLeftOut(
  reference: Input,
  current: Input,
  features: Names,
  options: CompareOptions,
): void {
  const isChosen = options.columns !== undefined || (options.settings?.features.length ?? 0) > 0;
  const compared = new Set(features.map(({ name }) => name));
  if (reference.kind === 'data') {
    const { log } = reference.source;
    log.leftOut.splice(0, Infinity, ...leftOut(reference, compared, options, isChosen));
  }
  if (current.kind === 'data') {
    const inReference = new Set(columnNames(reference));
    const { log } = current.source;
    const added = columnNames(current).filter((name) => !inReference.has(name));
    log.leftOut.splice(
      0,
      Infinity,
      ...leftOut(current, compared, options, isChosen, new Set(added)),
    );
  }
}

function leftOut(
  input: Extract<Input, { kind: 'data' }>,
  compared: ReadonlySet<string>,
  { chunkBy, key, exclude = [] }: CompareOptions,
  isChosen: boolean,
  added: ReadonlySet<string> = new Set(),
): LeftOut[] {
  const time = chunkBy === undefined ? undefined : parseChunkBy(chunkBy).column;
  return [...input.source.columns.values()].flatMap((column) => {
    const { name } = column;
    if (compared.has(name)) return [];
    const reason = reasonToLeaveOut(column);
    if (name === time) return [{ column: name, reason: 'is the time of --chunk-by' }];
    if (name === key) return [{ column: name, reason: 'is the key of --key' }];
    if (exclude.includes(name)) return [{ column: name, reason: 'is excluded' }];
    if (isChosen) return [];
    if (reason !== undefined) return [{ column: name, reason }];
    if (added.has(name)) return [{ column: name, reason: 'is not in the reference' }];
    return column.kind === 'empty' ? [{ column: name, reason: 'has no values' }] : [];
  });
}
