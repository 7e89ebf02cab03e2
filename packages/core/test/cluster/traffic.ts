/** What the workers of the service do, and what a scrape of it must therefore say. */

export const workers = 4;

/** Names that the clients' own keys of label sets use as separators are among them. */
export const categories = ['a', 'a|', 'a,b:c', 'a,', '|'];

export const predictionsOf = (worker: number): number => worker * 10;

/** Predictions of a worker that turn out right: a fifth of the first's, four fifths of the last's. */
export const rightOf = (worker: number): number => (predictionsOf(worker) * worker) / 5;

export const numbers: readonly number[] = Array.from({ length: workers }, (_, index) => index + 1);
