import { loadBatchConfig } from '@modelmeter/config-file';
import { compare } from '../compare/compare.js';
import type { DriftResult } from '../compare/drift-result.js';
import { exitCodes } from '../exit-codes.js';
import type { FailOn } from '../fail-on.js';
import { writeText } from '../files.js';
import { rejectedSentence } from '../read/describe-reading.js';
import type { ReadOptions } from '../read/source.js';
import { driftTable } from '../report/drift-table.js';
import { version } from '../version.js';
import { warn } from '../warn.js';
import { withReader } from './with-reader.js';

export interface DriftOptions {
  readonly reference: string;
  readonly current: string;
  readonly config?: string;
  readonly model?: string;
  readonly columns?: readonly string[];
  readonly exclude?: readonly string[];
  readonly chunkBy?: string;
  readonly timeFormat?: string;
  readonly timeColumn?: string;
  readonly chunkSize?: number;
  readonly segment?: string;
  readonly maximumSegments?: number;
  readonly key?: string;
  readonly read?: ReadOptions;
  readonly memory?: string;
  readonly format: 'table' | 'json';
  readonly report?: string;
  readonly failOn?: readonly FailOn[];
}

/** `modelmeter drift`: compares two data sets and returns the exit code. */
export async function driftCommand(options: DriftOptions): Promise<number> {
  const settings =
    options.config === undefined ? undefined : await loadBatchConfig(options.config, options.model);
  const result = await withReader(options.memory, (reader) =>
    compare(reader, {
      ...options,
      ...(settings === undefined ? {} : { settings }),
      onWarning: warn,
    }),
  );
  for (const side of [result.reference, result.current]) {
    const rejected = rejectedSentence(side.source, side);
    if (rejected !== undefined) warn(rejected);
  }
  if (options.report !== undefined) {
    // Loaded on demand: the charts take longer to load than small files to compare.
    const { renderReport } = await import('../report/render-report.js');
    await writeText(options.report, renderReport(result, { generated: new Date(), version }));
  }
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : driftTable(result),
  );
  for (const reason of result.undecided) warn(reason);
  if (fails(result, options.failOn ?? [])) return exitCodes.found;
  return result.undecided.length > 0 ? exitCodes.undecided : exitCodes.done;
}

/** The whole, every chunk and every segment count, and for `undecided` every feature of the whole. */
function fails(result: DriftResult, failOn: readonly FailOn[]): boolean {
  const parts = [result, ...(result.chunks ?? []), ...(result.segments?.values ?? [])];
  const states = new Set(parts.map(({ state }) => state));
  const isUndecided =
    states.has('insufficient_data') ||
    result.undecidedFeatures.length > 0 ||
    result.undecided.length > 0;
  return failOn.some((state) => {
    if (state === 'undecided') return isUndecided;
    return states.has('drift') || states.has(state);
  });
}
