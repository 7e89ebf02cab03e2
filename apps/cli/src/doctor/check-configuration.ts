import {
  ConfigFileError,
  type LoadedConfig,
  loadConfig,
  prepareModel,
} from '@modelmeter/config-file';
import { CoreError } from '@modelmeter/core';
import { type Check, checksOf, someOf } from './check.js';

/** What is wrong with a configuration, model by model, or what it will not monitor. */
export async function checkConfiguration(path: string): Promise<Check[]> {
  const { ok, warn, fail } = checksOf(path);
  let loaded: LoadedConfig;
  try {
    loaded = await loadConfig(path);
  } catch (error) {
    return [fail(explained(error))];
  }
  const { models } = loaded.config;
  const checks: Check[] = [];
  const complete: string[] = [];
  for (const model of models) {
    try {
      await prepareModel(loaded, model);
      complete.push(`${model.name} ${model.version}`);
    } catch (error) {
      checks.push(fail(explained(error)));
    }
    if (model.reference === undefined && !loaded.config.driftDetection.recordReference) {
      checks.push(
        warn(
          `Model "${model.name}" has no reference, so its drift is not evaluated. Build one with modelmeter reference and name it in models[].reference, or set record_reference.`,
        ),
      );
    }
    if (model.outputs === undefined) {
      checks.push(
        warn(
          `Model "${model.name}" declares no outputs, so its quality is not measured. Declare models[].outputs.`,
        ),
      );
    }
  }
  if (complete.length > 0) checks.unshift(ok(`Models that can be loaded: ${someOf(complete)}.`));
  return checks;
}

function explained(error: unknown): string {
  if (CoreError.isInstance(error) || ConfigFileError.isInstance(error)) return error.message;
  throw error;
}
