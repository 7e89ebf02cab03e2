/**
 * The promise of a model with a deadline. When the signal aborts it rejects with the reason of the
 * signal, when the time is over with a TimeoutError. A later result of the model is discarded; the
 * model itself cannot be stopped.
 */
export function withDeadline<Result>(
  result: PromiseLike<Result>,
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
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
    signal?.addEventListener('abort', abort, { once: true });
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
      signal?.removeEventListener('abort', abort);
    }
  });
}
