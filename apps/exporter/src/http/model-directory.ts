import { ExporterError } from '../errors.js';
import type { ServedModel } from '../served-model.js';

/** Finds the models of the configuration in use. */
export interface ModelDirectory {
  readonly all: readonly ServedModel[];
  /**
   * Every version of a model, or the one given, in the order of the configuration.
   *
   * @throws ExporterError MODEL_UNKNOWN.
   */
  findAll(name: string, version?: string): readonly ServedModel[];
  /**
   * The version given; without one the version that the configuration declares last.
   *
   * @throws ExporterError MODEL_UNKNOWN.
   */
  find(name: string, version?: string): ServedModel;
}

/** @param models Read at every call: a reload changes its contents. */
export function createModelDirectory(models: readonly ServedModel[]): ModelDirectory {
  function findAll(name: string, version?: string): readonly ServedModel[] {
    const found = models.filter(
      ({ config }) => config.name === name && (version === undefined || config.version === version),
    );
    if (found.length > 0) return found;
    const available = models.map(({ config }) => `${config.name} version ${config.version}`);
    throw new ExporterError(
      'MODEL_UNKNOWN',
      `Unknown model "${name}"${version === undefined ? '' : ` version "${version}"`}. Available: ${available.join(', ')}.`,
    );
  }
  return { all: models, findAll, find: (name, version) => findAll(name, version).at(-1)! };
}
