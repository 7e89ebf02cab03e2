import { counts, currentOrigins, referenceOrigins } from './scenario.js';

/*
 * The expected results of the scenario, for every test that queries Prometheus about it.
 */

/** Facts that are known only after the scenario has run. */
export interface Facts {
  readonly ticks: number;
  readonly instances: {
    readonly a: string;
    readonly b: string;
    readonly down: string;
  };
  /** Alerts that fired at the end of the traffic, by name, with the model and feature of each. */
  readonly firing: readonly {
    readonly alertname: string;
    readonly model: string;
    readonly feature: string | undefined;
  }[];
  /** Unix time at the end of the traffic, and at the start of the processes. */
  readonly endSeconds: number;
  readonly startSeconds: number;
  /** Seconds of the range of a rate. */
  readonly rateSeconds: number;
  /** The value of a metric, with its labels if any, in the exposition of a process. */
  exposed(instance: string, metric: string): number;
}

export type Labels = Readonly<Record<string, string>>;

/** The labels of the models of the scenario. */
export const models = {
  /** The binary classifier with all its traffic, and its first version with a single burst. */
  arrivals: { model_name: 'arrivals', model_version: '2' },
  arrivalsV1: { model_name: 'arrivals', model_version: '1' },
  price: { model_name: 'price' },
  species: { model_name: 'species' },
  /** The ONNX model that the exporter serves. */
  served: { model_name: 'late-flights' },
} as const satisfies Readonly<Record<string, Labels>>;

export const allModels: readonly Labels[] = Object.values(models);

/** Relative tolerances of an expected value. */
export const tolerance = {
  exact: 1e-6,
  /** `increase` extrapolates to the ends of its range by up to a scrape interval: 1 of 45 s. */
  extrapolated: 0.04,
  /** One scrape more or less changes events that occur once per tick by this much. */
  perTick: 0.08,
  /** A burst before the second scrape of its series is only partly visible in a range of 4 s. */
  burst: 0.5,
  /** A sum of steps lacks the last one, of 5 s, and what the first scrape had: 10 of 45 s. */
  stepped: 0.25,
  /** The processes of a fleet are scraped at different moments. */
  unsynchronized: 0.01,
} as const;

/** The range of accepted values around an expected one. */
export function around(expected: number, relative: number): { low: number; high: number } {
  const margin = Math.abs(expected) * relative + tolerance.exact;
  return { low: expected - margin, high: expected + margin };
}

const { block, blocks, outcomes, species } = counts;

/** Outcomes per tick over both processes. */
const fleet = Object.fromEntries(
  (['tp', 'fp', 'tn', 'fn'] as const).map((outcome) => [
    outcome,
    blocks.a * outcomes.a[outcome] + blocks.b * outcomes.b[outcome],
  ]),
) as Record<'tp' | 'fp' | 'tn' | 'fn', number>;

const speciesRight = species.a.right + species.b.right;
const speciesWrong = species.a.wrong + species.b.wrong;
const speciesCalls = 2 * speciesRight + speciesWrong;

/** Shares of the categories in the reference and in the traffic. */
const shares = Object.keys(referenceOrigins).map((name) => {
  const key = name as keyof typeof referenceOrigins;
  return { name, before: referenceOrigins[key] / 10, now: currentOrigins[key] / 10 };
});

/** The expected results of the scenario. */
export const figures = {
  block,
  blocks,
  blocksPerTick: blocks.a + blocks.b,
  failedRatio: block.failed / block.calls,
  slowRatio: block.slow / block.succeeded,
  fleet,
  accuracy: (fleet.tp + fleet.tn) / (fleet.tp + fleet.tn + fleet.fp + fleet.fn),
  speciesRight,
  speciesWrong,
  speciesCalls,
  speciesAccuracy: (2 * speciesRight) / speciesCalls,
  /** Recall of one class and precision of the other are 1, so the means of both are equal. */
  speciesMean: (1 + speciesRight / (speciesRight + speciesWrong)) / 2,
  speciesF1: (2 * speciesRight) / (2 * speciesRight + speciesWrong),
  p50: 0.01 + 0.015 * (0.5 / 0.9),
  p95: 0.05 + 0.05 * ((0.95 - 0.9) / 0.08),
  p99: 0.25 + 0.25 * ((0.99 - 0.98) / 0.02),
  /** All calls of a burst are in one bucket, up to 5 ms. */
  p99OfBurst: 0.0025 + 0.0025 * 0.99,
  shares,
  psi: shares.reduce((sum, { before, now }) => sum + (now - before) * Math.log(now / before), 0),
  shareMoved: Math.max(...shares.map(({ before, now }) => Math.abs(now - before))),
  jensenShannon: Math.sqrt(
    shares.reduce((sum, { before, now }) => {
      const middle = (before + now) / 2;
      return sum + (before * Math.log(before / middle) + now * Math.log(now / middle)) / 2;
    }, 0),
  ),
} as const;

/** The calls of each model; `steady` ones are spread over the traffic, the others are a burst. */
export function callsOf(
  ticks: number,
): { readonly labels: Labels; readonly calls: number; readonly steady: boolean }[] {
  return [
    { labels: models.arrivals, calls: ticks * figures.blocksPerTick * block.calls, steady: true },
    { labels: models.served, calls: ticks * counts.served.calls, steady: true },
    { labels: models.arrivalsV1, calls: counts.firstVersion, steady: false },
    { labels: models.price, calls: counts.prices, steady: false },
    { labels: models.species, calls: speciesCalls, steady: false },
  ];
}

/** Seconds until the next drift run: there is one every six hours of UTC. */
export function nextDriftRun(endSeconds: number): number {
  const cycle = 6 * 3600;
  return cycle - (endSeconds % cycle);
}
