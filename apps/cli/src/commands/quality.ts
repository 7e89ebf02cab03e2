import { type BatchConfig, loadBatchConfig } from '@modelmeter/config-file';
import { writeText } from '../files.js';
import { type EstimateOptions, estimateQuality } from '../quality/estimate-quality.js';
import { estimatedOutputOf, type OutputOptions } from '../quality/model-output.js';
import { qualityTable } from '../report/quality-table.js';
import { version } from '../version.js';
import { withReader } from './with-reader.js';

export interface QualityOptions extends OutputOptions, Omit<EstimateOptions, 'output'> {
  readonly config?: string;
  readonly model?: string;
  readonly memory?: string;
  readonly format: 'table' | 'json';
  readonly report?: string;
}

/** `modelmeter quality`: estimates the quality of a data set, and computes it where targets are known. */
export async function qualityCommand(options: QualityOptions): Promise<void> {
  const { config, format } = options;
  const declared = config === undefined ? undefined : await loadBatchConfig(config, options.model);
  const output = estimatedOutputOf(options, declared?.outputs);
  const result = await withReader(options.memory, (reader) =>
    estimateQuality(reader, { ...options, ...declaredColumns(options, declared), output }),
  );
  process.stdout.write(
    format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : qualityTable(result),
  );
  if (options.report !== undefined) {
    // The chart library is loaded only where charts are drawn.
    const { renderQualityReport } = await import('../report/quality-report.js');
    await writeText(
      options.report,
      renderQualityReport(result, { generated: new Date(), version }),
    );
  }
}

/** The declared features, where a configuration declares them and no columns are named. */
function declaredColumns(
  { columns }: QualityOptions,
  declared: BatchConfig | undefined,
): { readonly columns?: readonly string[] } {
  if (columns !== undefined || declared === undefined || declared.features.length === 0) return {};
  return { columns: declared.features.map(({ name }) => name) };
}
