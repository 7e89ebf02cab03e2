/**
 * The promise of a model, given up when a signal aborts or the time is over: it rejects with the
 * reason of the signal, or with a TimeoutError. What the model gives after that is dropped; the
 * model itself cannot be stopped.
 */
export function withDeadline<Result>(
  result: PromiseLike<Result>,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      done();
      reject(signal?.reason);
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            done();
            reject(new DOMException(`The model took longer than ${timeoutMs} ms.`, 'TimeoutError'));
          }, timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    result.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );

    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  });
}
