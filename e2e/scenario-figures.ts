import { counts, currentOrigins, referenceOrigins } from './scenario.js';

/*
 * What the scenario comes to, for all who ask Prometheus about it.
 */

/** What is only known once the scenario has been played. */
export interface Facts {
  readonly ticks: number;
  readonly instances: {
    readonly a: string;
    readonly b: string;
    readonly down: string;
  };
  /** Alerts that fired at the end of the traffic, by name, with the model of each. */
  readonly firing: readonly { readonly alertname: string; readonly model: string }[];
  /** Unix time at the end of the traffic, and that at which the processes were started. */
  readonly endSeconds: number;
  readonly startSeconds: number;
  /** Seconds of the range of a rate. */
  readonly rateSeconds: number;
  /** A metric, with its labels if it has any, as a process itself tells it. */
  exposed(instance: string, metric: string): number;
}

export type Labels = Readonly<Record<string, string>>;

export const late: Labels = { model_name: 'late', model_version: '2' };
export const earlier: Labels = { model_name: 'late', model_version: '1' };
export const price: Labels = { model_name: 'price' };
export const species: Labels = { model_name: 'species' };
export const served: Labels = { model_name: 'late-flights' };
export const models = [late, earlier, price, species, served];

/** Increases are extrapolated to the ends of their range by up to a scrape interval: 1 of 45 s. */
export const extrapolated = 0.04;
/** Of what comes once a tick, a scrape more or less is a few. */
export const few = 0.08;
/** What comes all at once as the first of its series is in a few ranges of 4 s, and in part. */
export const atOnce = 0.5;
export const exact = 1e-6;
/** Shares of the fleet: its processes are scraped at different moments. */
export const ofFleet = 0.01;

export function around(expected: number, tolerance: number): { low: number; high: number } {
  const margin = Math.abs(expected) * tolerance + exact;
  return { low: expected - margin, high: expected + margin };
}

export const { block, blocks, outcomes } = counts;
export const blocksPerTick = blocks.a + blocks.b;
export const failedRatio = block.failed / block.calls;
export const slowRatio = block.slow / block.succeeded;

/** Outcomes of a tick over both processes. */
export const fleet = Object.fromEntries(
  (['tp', 'fp', 'tn', 'fn'] as const).map((outcome) => [
    outcome,
    blocks.a * outcomes.a[outcome] + blocks.b * outcomes.b[outcome],
  ]),
) as Record<'tp' | 'fp' | 'tn' | 'fn', number>;
export const accuracy = (fleet.tp + fleet.tn) / (fleet.tp + fleet.tn + fleet.fp + fleet.fn);

export const speciesRight = counts.species.a.right + counts.species.b.right;
export const speciesWrong = counts.species.a.wrong + counts.species.b.wrong;
export const speciesCalls = 2 * speciesRight + speciesWrong;
export const speciesAccuracy = (2 * speciesRight) / speciesCalls;
/** One class is always recalled and the other always precise, so the means are alike. */
export const speciesMean = (1 + speciesRight / (speciesRight + speciesWrong)) / 2;
export const speciesF1 = (2 * speciesRight) / (2 * speciesRight + speciesWrong);

export const p50 = 0.01 + 0.015 * (0.5 / 0.9);
export const p95 = 0.05 + 0.05 * ((0.95 - 0.9) / 0.08);
export const p99 = 0.25 + 0.25 * ((0.99 - 0.98) / 0.02);
/** All in one bucket, up to 5 ms. */
export const p99AtOnce = 0.0025 + 0.0025 * 0.99;

export function callsOf(
  ticks: number,
): { readonly labels: Labels; readonly calls: number; readonly steady: boolean }[] {
  return [
    { labels: late, calls: ticks * blocksPerTick * block.calls, steady: true },
    { labels: served, calls: ticks * counts.served.calls, steady: true },
    { labels: earlier, calls: counts.firstVersion, steady: false },
    { labels: price, calls: counts.prices, steady: false },
    { labels: species, calls: speciesCalls, steady: false },
  ];
}

/** Shares of the categories, in the reference and in what comes. */
export const shares = Object.keys(referenceOrigins).map((name) => {
  const key = name as keyof typeof referenceOrigins;
  return { name, before: referenceOrigins[key] / 10, now: currentOrigins[key] / 10 };
});
export const psi = shares.reduce(
  (sum, { before, now }) => sum + (now - before) * Math.log(now / before),
  0,
);
export const jensenShannon = Math.sqrt(
  shares.reduce((sum, { before, now }) => {
    const middle = (before + now) / 2;
    return sum + (before * Math.log(before / middle) + now * Math.log(now / middle)) / 2;
  }, 0),
);

/** Seconds until the next drift run: there is one every six hours of UTC. */
export function nextDriftRun(endSeconds: number): number {
  const cycle = 6 * 3600;
  return cycle - (endSeconds % cycle);
}
