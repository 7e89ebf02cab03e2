import { loadBatchConfig } from '@modelmeter/config-file';
import { compare } from '../compare/compare.js';
import type { DriftResult } from '../compare/drift-result.js';
import { exitCodes } from '../exit-codes.js';
import type { FailOn } from '../fail-on.js';
import { writeText } from '../files.js';
import { compareByMethod } from '../method/compare-by-method.js';
import type { MethodName, MethodResult } from '../method/method-result.js';
import { rejectedSentence } from '../read/describe-reading.js';
import type { ReadOptions } from '../read/source.js';
import { driftTable } from '../report/drift-table.js';
import { renderMethodReport } from '../report/method-report.js';
import { methodTable } from '../report/method-table.js';
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
  readonly explain?: boolean;
  readonly key?: string;
  readonly multivariate?: boolean;
  readonly read?: ReadOptions;
  readonly memory?: string;
  readonly method?: MethodName;
  readonly format: 'table' | 'json';
  readonly report?: string;
  readonly failOn?: readonly FailOn[];
}

/** `modelmeter drift`: compares two data sets and returns the exit code. */
export async function driftCommand(options: DriftOptions): Promise<number> {
  const settings =
    options.config === undefined ? undefined : await loadBatchConfig(options.config, options.model);
  const { method, ...compared } = {
    ...options,
    ...(settings === undefined ? {} : { settings }),
    onWarning: warn,
  };
  const found = await withReader(options.memory, async (reader) =>
    method === undefined
      ? ownOutput(await compare(reader, compared), options)
      : methodOutput(await compareByMethod(reader, method, compared), options),
  );
  const { result, text, report } = found;
  for (const side of [result.reference, result.current]) {
    const rejected = rejectedSentence(side.source, side);
    if (rejected !== undefined) warn(rejected);
  }
  if (options.report !== undefined) {
    await writeText(options.report, await report({ generated: new Date(), version }));
  }
  process.stdout.write(text);
  for (const reason of result.undecided) warn(reason);
  if (fails(result, options.failOn ?? [])) return exitCodes.found;
  return result.undecided.length > 0 ? exitCodes.undecided : exitCodes.done;
}

/** A result with its text and its report. */
interface Output {
  readonly result: Decided & Pick<DriftResult, 'reference' | 'current'>;
  readonly text: string;
  readonly report: (made: { generated: Date; version: string }) => Promise<string>;
}

type Decided = Pick<
  DriftResult,
  'state' | 'undecidedFeatures' | 'undecided' | 'chunks' | 'segments'
>;

function ownOutput(result: DriftResult, { format }: DriftOptions): Output {
  return {
    result,
    text: format === 'json' ? json(result) : driftTable(result),
    report: async (made) => {
      // Loaded on demand: the charts take longer to load than small files to compare.
      const { renderReport } = await import('../report/render-report.js');
      return renderReport(result, made);
    },
  };
}

function methodOutput(result: MethodResult, { format }: DriftOptions): Output {
  return {
    result,
    text: format === 'json' ? json(result) : methodTable(result),
    report: async (made) => renderMethodReport(result, made),
  };
}

function json(result: unknown): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/** The whole, every chunk and every segment count, and for `undecided` every feature of the whole. */
function fails(result: Decided, failOn: readonly FailOn[]): boolean {
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
