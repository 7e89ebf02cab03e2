import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CoreError } from '@modelmeter/core';
import { type Config, type ConfigInput, parseConfig } from '@modelmeter/core/config';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { ExporterError, messageOf } from './errors.js';
import { scheduleProblem } from './timer-clock.js';

/** A configuration and the folder that its relative paths start from. */
export interface LoadedConfig {
  readonly config: Config;
  /** The same as it was written, durations as text: what a monitor takes. */
  readonly input: ConfigInput;
  readonly folder: string;
}

/**
 * Reads and checks a YAML configuration file.
 *
 * @throws ExporterError CONFIG_UNREADABLE when there is no such file or it is not YAML.
 * @throws CoreError CONFIG_INVALID with path, line, value and remedy of every wrong setting.
 */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new ExporterError(
      'CONFIG_UNREADABLE',
      `${path} cannot be read (${messageOf(error)}). Name the configuration file with --config.`,
      { cause: error },
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true });
  const [mistake] = document.errors;
  if (mistake !== undefined) {
    throw new ExporterError('CONFIG_UNREADABLE', `${path} is not valid YAML: ${mistake.message}`, {
      cause: mistake,
    });
  }
  const input: unknown = document.toJS() ?? {};
  const config = parseConfig(input, (settingPath) => describeLine(document, lines, settingPath));
  const { schedule, timezone } = config.drift_detection;
  const problem = scheduleProblem(schedule, timezone);
  if (problem !== undefined) {
    throw new CoreError(
      'CONFIG_INVALID',
      `The configuration has a wrong setting:\n  drift_detection.schedule${describeLine(document, lines, ['drift_detection', 'schedule'])}: "${schedule}" in time zone "${timezone}" is no schedule (${problem}). Write a cron expression such as "0 */6 * * *" and a time zone such as "UTC".`,
    );
  }
  return { config, input: input as ConfigInput, folder: dirname(resolve(path)) };
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
