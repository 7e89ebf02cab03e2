import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CoreError } from '@modelmeter/core';
import {
  batchSchema,
  type Config,
  type ConfigInput,
  type DriftConfig,
  type FeatureConfig,
  type OutputsConfig,
  parseConfig,
  parseSettings,
} from '@modelmeter/core/config';
import { Cron } from 'croner';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';

/** A configuration and the folder that its relative paths start from. */
export interface LoadedConfig {
  readonly config: Config;
  /** The same as it was written, durations as text: what a monitor takes. */
  readonly input: ConfigInput;
  readonly folder: string;
  /** ` (line 12)` of a setting, or of the nearest one around it that the file has. */
  readonly describeLine: (path: readonly PropertyKey[]) => string;
}

/** What a comparison of two data sets takes from a configuration. */
export interface BatchConfig {
  readonly drift: DriftConfig;
  /** Declared features; empty when the file declares none. */
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig | undefined;
  readonly folder: string;
}

/**
 * Reads and checks the YAML configuration file of an exporter.
 *
 * @throws CoreError CONFIG_UNREADABLE when there is no such file or it is not YAML.
 * @throws CoreError CONFIG_INVALID with path, line, value and remedy of every wrong setting.
 */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  return checkedConfig(await readDocument(path));
}

/**
 * Reads the settings of a comparison: from the configuration of an exporter, or from a file with
 * `drift_detection` and `features` alone.
 *
 * @param modelName Which model of several; its features and its output are compared.
 * @throws CoreError as `loadConfig` does, and when the model is unknown or not named.
 */
export async function loadBatchConfig(path: string, modelName?: string): Promise<BatchConfig> {
  const read = await readDocument(path);
  if (!isRecord(read.input) || !('models' in read.input)) {
    const batch = parseSettings(batchSchema, read.input, read.describeLine);
    return {
      drift: batch.driftDetection,
      features: batch.features,
      outputs: undefined,
      folder: read.folder,
    };
  }
  const { config, folder } = checkedConfig(read);
  const names = config.models.map(({ name, version }) => `${name} version ${version}`);
  const fitting = config.models.filter(({ name }) => modelName === undefined || name === modelName);
  const [model] = fitting;
  if (model === undefined || fitting.length > 1) {
    const problem = model === undefined ? `no model "${modelName}"` : 'several such models';
    throw new CoreError(
      'CONFIG_INVALID',
      `${path} has ${problem}: ${names.join(', ')}. Name one with --model.`,
    );
  }
  return {
    drift: config.driftDetection,
    features: model.features,
    outputs: model.outputs,
    folder,
  };
}

interface ReadDocument {
  readonly input: unknown;
  readonly folder: string;
  readonly describeLine: (path: readonly PropertyKey[]) => string;
}

async function readDocument(path: string): Promise<ReadDocument> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CoreError(
      'CONFIG_UNREADABLE',
      `${path} cannot be read (${messageOf(error)}). Name the configuration file with --config.`,
      { cause: error },
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw new CoreError('CONFIG_UNREADABLE', `${path} is not valid YAML: ${mistake.message}`, {
      cause: mistake,
    });
  }
  return {
    input: document.toJS() ?? {},
    folder: dirname(resolve(path)),
    describeLine: (settingPath) => describeLine(document, lines, settingPath),
  };
}

function checkedConfig({ input, folder, describeLine }: ReadDocument): LoadedConfig {
  const config = parseConfig(input, describeLine);
  const { schedule, timezone } = config.driftDetection;
  const problem = scheduleProblem(schedule, timezone);
  if (problem !== undefined) {
    throw new CoreError(
      'CONFIG_INVALID',
      `The configuration has a wrong setting:\n  drift_detection.schedule${describeLine(['drift_detection', 'schedule'])}: "${schedule}" in time zone "${timezone}" is no schedule (${problem}). Write a cron expression such as "0 */6 * * *" and a time zone such as "UTC".`,
    );
  }
  return { config, input: input as ConfigInput, folder, describeLine };
}

/** What is wrong with a cron expression or a time zone, or undefined when both are right. */
function scheduleProblem(expression: string, timezone: string): string | undefined {
  try {
    return new Cron(expression, { timezone, paused: true }).nextRun() === null
      ? 'never runs'
      : undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** ` (line 12)` of a setting, or of the nearest one around it that the file has. */
function describeLine(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly PropertyKey[],
): string {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return ` (line ${lines.linePos(node.range[0]).line})`;
  }
  return '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
