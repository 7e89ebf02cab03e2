/**
 * Makes prediction ids that are unique over processes and sort, as text, by the time of their
 * making: nine characters of time, ten of the process, seven of a count, all in base 36 or 16.
 *
 * @param now Milliseconds since the Unix epoch.
 */
export function createPredictionIds(now: () => number): () => string {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(5));
  const process = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  let count = 0;
  let latestMs = 0;
  return () => {
    // A clock that is set back must not bring ids out of their order.
    latestMs = Math.max(latestMs, Math.floor(now()));
    count += 1;
    const time = latestMs.toString(36).padStart(9, '0');
    return `${time}-${process}-${count.toString(36).padStart(7, '0')}`;
  };
}
