/**
 * Creates prediction ids that are unique across processes and sort, as text, by their time of
 * creation: nine characters of time (base 36), ten of the process (base 16), seven of a count (base 36).
 *
 * @param now Milliseconds since the Unix epoch.
 */
export function createPredictionIds(now: () => number): () => string {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(5));
  const process = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  let count = 0;
  let latestMs = 0;
  return () => {
    // Ids keep their order when the clock is set back.
    latestMs = Math.max(latestMs, Math.floor(now()));
    count += 1;
    const time = latestMs.toString(36).padStart(9, '0');
    return `${time}-${process}-${count.toString(36).padStart(7, '0')}`;
  };
}
