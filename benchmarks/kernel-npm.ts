import { DDSketch } from '@datadog/sketches-js';
import { bin, bisectLeft } from 'd3-array';
import { build, initWebAssembly } from 'hdr-histogram-js';
import jstat from 'jstat';
import { extent, mean, quantile, variance } from 'simple-statistics';
import { TDigest } from 'tdigest';

/* The same operations by the packages that JavaScript has for them. */

await initWebAssembly();

export function d3Bins(values: Float64Array, bins: number): number {
  const edges = Array.from({ length: bins - 1 }, (_, edge) => -3 + (6 * (edge + 1)) / bins);
  return bin().domain([-3, 3]).thresholds(edges)(values)[0]!.length;
}

export function jstatBins(values: Float64Array, bins: number): number {
  return jstat.histogram(values, bins)[0]!;
}

export function d3Bisect(values: Float64Array, edges: Float64Array): number {
  const counts = new Float64Array(edges.length + 1);
  for (let index = 0; index < values.length; index += 1) {
    counts[bisectLeft(edges, values[index]!)]! += 1;
  }
  return counts[0]!;
}

export function simpleMoments(values: number[]): number {
  const [low, high] = extent(values);
  return low + high + mean(values) + variance(values);
}

export function simpleQuantiles(values: number[], probabilities: number[]): number {
  return quantile(values, probabilities)[0]!;
}

/** Recorders of one latency in seconds; the whole numbers of a histogram are microseconds. */
export function createRecorders(): Readonly<Record<string, (seconds: number) => void>> {
  const options = { numberOfSignificantValueDigits: 2, highestTrackableValue: 3.6e9 } as const;
  const hdr = build({ ...options, useWebAssembly: true });
  const plainHdr = build(options);
  const datadog = new DDSketch({ relativeAccuracy: 0.005 });
  const digest = new TDigest();
  return {
    'hdr-histogram-js wasm': (seconds) => hdr.recordValue(Math.round(seconds * 1e6)),
    'hdr-histogram-js': (seconds) => plainHdr.recordValue(Math.round(seconds * 1e6)),
    '@datadog/sketches-js': (seconds) => datadog.accept(seconds),
    tdigest: (seconds) => digest.push(seconds),
  };
}
