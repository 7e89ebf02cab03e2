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
