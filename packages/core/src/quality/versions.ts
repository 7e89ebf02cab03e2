import type { OutputsConfig } from '../settings/outputs.js';
import type { ScoredTarget } from './scoring.js';

/** The predictions of one version of a model, for comparison with those of another one. */
export interface VersionPredictions {
  readonly outputs: OutputsConfig;
  /**
   * The first score of the task that is a mean, for one prediction and its target; undefined for a
   * prediction that is not remembered.
   */
  scoreOf(predictionId: string, target: ScoredTarget): number | undefined;
}

type Versions = WeakMap<object, Map<string, VersionPredictions>>;

/** One map per process: a bundler, or ESM next to CommonJS, may load this package twice. */
const versionsKey = Symbol.for('@modelmeter/core/versions/1');

function versionsOf(registry: object): Map<string, VersionPredictions> {
  const holder: { [versionsKey]?: Versions } = globalThis as object;
  holder[versionsKey] ??= new WeakMap();
  const versions = holder[versionsKey].get(registry) ?? new Map<string, VersionPredictions>();
  holder[versionsKey].set(registry, versions);
  return versions;
}

/** Lets other monitors of a registry find the predictions of a version; returns how to undo it. */
export function publishVersion(
  registry: object,
  model: { readonly name: string; readonly version: string },
  predictions: VersionPredictions,
): () => void {
  const versions = versionsOf(registry);
  const key = keyOf(model);
  versions.set(key, predictions);
  return () => {
    if (versions.get(key) === predictions) versions.delete(key);
  };
}

/** The predictions of a version that a monitor of the registry follows now. */
export function findVersion(
  registry: object,
  model: { readonly name: string; readonly version: string },
): VersionPredictions | undefined {
  return versionsOf(registry).get(keyOf(model));
}

function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return JSON.stringify([name, version]);
}
