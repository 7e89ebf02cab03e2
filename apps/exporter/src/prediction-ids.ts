/**
 * Returns one id per row: the given ids; or ids made of the id of the request (`id`, or `id/0`,
 * `id/1` … for several rows); or new ids. Undefined when the number of given ids is not the number
 * of rows. O(rows).
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
