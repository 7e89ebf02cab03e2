import { loadBatchConfig } from '@modelmeter/config-file';
import { compare } from '../compare/compare.js';
import type { DriftResult } from '../compare/drift-result.js';
import { exitCodes } from '../exit-codes.js';
import { writeText } from '../files.js';
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
  readonly chunkBy?: string;
  readonly chunkSize?: number;
  readonly segment?: string;
  readonly maximumSegments?: number;
  readonly key?: string;
  readonly format: 'table' | 'json';
  readonly report?: string;
  readonly failOn?: 'investigate' | 'drift';
}

/** `modelmeter drift`: compares two data sets and returns the exit code. */
export async function driftCommand(options: DriftOptions): Promise<number> {
  const settings =
    options.config === undefined ? undefined : await loadBatchConfig(options.config, options.model);
  const result = await withReader((reader) =>
    compare(reader, {
      ...options,
      ...(settings === undefined ? {} : { settings }),
      onWarning: warn,
    }),
  );
  if (options.report !== undefined) {
    // Loaded on demand: the charts take longer to load than small files to compare.
    const { renderReport } = await import('../report/render-report.js');
    await writeText(options.report, renderReport(result, { generated: new Date(), version }));
  }
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : driftTable(result),
  );
  return fails(result, options.failOn) ? exitCodes.found : exitCodes.done;
}

/** The whole, every chunk and every segment count. */
function fails(result: DriftResult, failOn: DriftOptions['failOn']): boolean {
  if (failOn === undefined) return false;
  const states = [result, ...(result.chunks ?? []), ...(result.segments?.values ?? [])];
  return states.some(({ state }) => state === 'drift' || state === failOn);
}
