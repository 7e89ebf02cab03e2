import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type SettingsSource, settingError } from '@modelmeter/core/settings';
import type { Statistic } from '@modelmeter/kernel/statistics';
import { messageOf } from './errors.js';

/** The entries of `drift_detection.statistics`, modules imported. */
export interface LoadedStatistics {
  /** The names among the entries. */
  readonly names: readonly string[];
  /** What the modules among the entries export. */
  readonly statistics: readonly Statistic[];
}

/**
 * Imports the modules among the entries of `drift_detection.statistics`: each has a statistic, or
 * a list of them, as its default export.
 *
 * @param folder Where relative paths start, that of the configuration file.
 * @throws CoreError CONFIG_INVALID naming the module that cannot be imported.
 */
export async function loadStatistics(
  entries: readonly string[],
  folder: string,
  source: SettingsSource,
): Promise<LoadedStatistics> {
  const names: string[] = [];
  const statistics: Statistic[] = [];
  for (const [index, entry] of entries.entries()) {
    if (!isModulePath(entry)) {
      names.push(entry);
      continue;
    }
    let module: { default?: unknown };
    try {
      module = await import(pathToFileURL(resolve(folder, entry)).href);
    } catch (error) {
      throw settingError(
        source,
        ['driftDetection', 'statistics', index],
        `the module ${entry} cannot be imported: ${messageOf(error)}`,
        error,
      );
    }
    // What is exported is checked where statistics are used.
    statistics.push(...([module.default].flat() as Statistic[]));
  }
  return { names, statistics };
}

/** Whether an entry is the path of a module, not the name of a statistic. */
function isModulePath(entry: string): boolean {
  return /[/\\]|\.[cm]?js$/.test(entry);
}
