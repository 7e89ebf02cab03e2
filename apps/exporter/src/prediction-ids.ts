import { randomBytes } from 'node:crypto';

/**
 * Makes prediction ids that are unique over processes and sort by the time of their making.
 */
export function createPredictionIds(now: () => number): () => string {
  const process = randomBytes(5).toString('hex');
  let count = 0;
  return () => {
    count += 1;
    const time = now().toString(36).padStart(9, '0');
    return `${time}-${process}-${count.toString(36).padStart(7, '0')}`;
  };
}

/**
 * One id a row: those that the request gives, or made of its own id (`id`, or `id/0`, `id/1` …
 * for several rows), or new ones. Undefined when given ids are not one a row.
 */
export function rowIds(
  rows: number,
  given: readonly string[] | undefined,
  requestId: string | undefined,
  makeId: () => string,
): string[] | undefined {
  if (given !== undefined) return given.length === rows ? [...given] : undefined;
  if (requestId !== undefined) {
    return rows === 1
      ? [requestId]
      : Array.from({ length: rows }, (_, row) => `${requestId}/${row}`);
  }
  return Array.from({ length: rows }, makeId);
}
