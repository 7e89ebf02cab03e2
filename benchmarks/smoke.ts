/** Whether the benchmark only shows that it works, in seconds: its figures then mean nothing. */
export const isSmoke: boolean = process.argv.includes('--smoke');

/** The full amount, or a small one in smoke mode. */
export function amount(full: number, small: number): number {
  return isSmoke ? small : full;
}

/** The sizes to measure; in smoke mode the small ones. */
export function sizes(all: readonly number[]): readonly number[] {
  return isSmoke ? all.filter((size) => size <= 1_000) : all;
}

if (isSmoke) console.log('SMOKE MODE: shows that the benchmark runs; the figures mean nothing.\n');
