import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Statistic } from '@modelmeter/kernel/statistics';
import { z } from 'zod';
import { settingError } from '../errors.js';
import { isModulePath } from './policy.js';

const statisticSchema = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be lower case letters, digits and underscores'),
  appliesTo: z.array(z.enum(['numeric', 'categorical'])).min(1),
  input: z.enum(['bins', 'profile']),
  compute: z.custom((value) => typeof value === 'function', 'must be a function'),
});

/**
 * Imports the modules among the entries of `drift_detection.statistics`: each has a statistic, or
 * a list of them, as its default export.
 *
 * @param folder Where relative paths start, that of the configuration file.
 * @throws CoreError CONFIG_INVALID naming the module that cannot be imported or exports no
 * statistic.
 */
export async function loadStatistics(
  entries: readonly string[],
  folder: string,
): Promise<Statistic[]> {
  const loaded: Statistic[] = [];
  for (const [index, entry] of entries.entries()) {
    if (!isModulePath(entry)) continue;
    const path = `drift_detection.statistics[${index}]`;
    let exported: unknown;
    try {
      const module: { default?: unknown } = await import(
        pathToFileURL(resolve(folder, entry)).href
      );
      exported = module.default;
    } catch (error) {
      throw settingError(
        path,
        `the module ${entry} cannot be imported: ${messageOf(error)}`,
        error,
      );
    }
    for (const candidate of Array.isArray(exported) ? exported : [exported]) {
      const parsed = statisticSchema.safeParse(candidate);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw settingError(
          path,
          `the default export of ${entry} is no statistic: ${issue!.path.join('.') || 'it'} ${issue!.message}; export { name, appliesTo, input, compute }`,
        );
      }
      loaded.push(candidate as Statistic);
    }
  }
  return loaded;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
