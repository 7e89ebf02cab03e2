import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type PreparedMonitor,
  prepareMonitor,
  type Reference,
  referenceFromJson,
} from '@modelmeter/core';
import { ConfigFileError, messageOf } from './errors.js';
import type { ModelConfig } from './exporter-settings.js';
import type { LoadedConfig } from './load-config.js';
import { loadStatistics } from './load-statistics.js';

/**
 * Checks a model of a configuration as far as it goes without running it: settings, statistics,
 * reference and the presence of its file. `check-config` and the exporter both use this, so that
 * they refuse the same files in the same words.
 *
 * @throws ConfigFileError REFERENCE_UNREADABLE or MODEL_UNREADABLE.
 * @throws CoreError CONFIG_INVALID, REFERENCE_FORMAT or REFERENCE_MISMATCH.
 */
export async function prepareModel(
  loaded: LoadedConfig,
  model: ModelConfig,
): Promise<PreparedMonitor> {
  const { config, folder } = loaded;
  const { driftDetection, quality, alerts } = config;
  const { name, version, type, path, reference: referencePath, objectives, ...settings } = model;
  const source = loaded.sourceOf(model);
  const { names, statistics } = await loadStatistics(driftDetection.statistics, folder, source);
  const reference =
    referencePath === undefined
      ? undefined
      : await readReference(resolve(folder, referencePath), model);
  if (path !== undefined) await requireModelFile(resolve(folder, path), model);
  return prepareMonitor(
    {
      model: { name, version, runtime: type },
      ...settings,
      driftDetection: { ...driftDetection, statistics: names },
      quality,
      alerts: { ...alerts, ...objectives },
    },
    { reference, referencePlace: referencePath, statistics, source },
  );
}

async function readReference(path: string, model: ModelConfig): Promise<Reference> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw unreadableReference(path, model, error);
  }
  return referenceFromJson(value, path);
}

async function requireModelFile(path: string, model: ModelConfig): Promise<void> {
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw unreadableModel(path, model, error);
  }
}

export function unreadableReference(
  path: string,
  model: Pick<ModelConfig, 'name'>,
  cause: unknown,
): ConfigFileError {
  return new ConfigFileError(
    'REFERENCE_UNREADABLE',
    `The reference of model "${model.name}", ${path}, cannot be read (${messageOf(cause)}). Correct models[].reference, or build the reference again.`,
    { cause },
  );
}

export function unreadableModel(
  path: string,
  model: Pick<ModelConfig, 'name'>,
  cause: unknown,
): ConfigFileError {
  return new ConfigFileError(
    'MODEL_UNREADABLE',
    `The file of model "${model.name}", ${path}, cannot be loaded (${messageOf(cause)}). Correct models[].path, or export the model again.`,
    { cause },
  );
}
