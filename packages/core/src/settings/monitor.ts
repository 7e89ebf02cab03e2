import { z } from 'zod';
import { type CallsConfig, type CallsOptions, callsShape } from './calls.js';
import { type ChampionConfig, type ChampionOptions, championSchema } from './champion.js';
import { settingDefaults } from './defaults.js';
import { type DriftConfig, type DriftOptions, driftSchema } from './drift.js';
import { type FeatureConfig, featuresSchema, multivariateName } from './features.js';
import { type ObjectivesConfig, type ObjectivesOptions, objectivesShape } from './objectives.js';
import { type OutputsConfig, type OutputsOptions, outputNameOf, outputsSchema } from './outputs.js';
import type { SettingPath } from './problems.js';
import { setting } from './problems.js';
import { type QualityConfig, type QualityOptions, qualitySchema } from './quality.js';

/** Which model a monitor observes; the first two are labels of every metric of the model. */
export interface ModelIdentity {
  /** 1 to 63 of the characters `A-Z a-z 0-9 . _ -`. */
  readonly name: string;
  /** 1 to 63 characters. Default: `1`. */
  readonly version?: string | undefined;
  /** What runs the model, such as `onnx`; a label of `model_info`. Default: `unknown`. */
  readonly runtime?: string | undefined;
}

/** The settings of a monitor as written by the user. */
export interface MonitorSettingsOptions extends CallsOptions {
  readonly model: ModelIdentity;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsOptions;
  readonly driftDetection?: DriftOptions | undefined;
  readonly quality?: QualityOptions | undefined;
  readonly alerts?: ObjectivesOptions | undefined;
  /** The version that this one is compared with as a challenger. Default: none. */
  readonly champion?: ChampionOptions | undefined;
}

/** The effective settings of a monitor: defaults filled in, durations in milliseconds. */
export interface MonitorSettings extends CallsConfig {
  readonly model: { readonly name: string; readonly version: string; readonly runtime: string };
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly driftDetection: DriftConfig;
  readonly quality: QualityConfig;
  readonly alerts: ObjectivesConfig;
  readonly champion?: ChampionConfig | undefined;
}

const modelName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'must be 1 to 63 of the characters A-Z a-z 0-9 . _ -',
  );

/** The fields that name a model. */
export const modelShape = {
  name: modelName,
  version: z
    .string('must be text; write it in quotes, such as "1"')
    .min(1, 'must not be empty')
    .max(63)
    .default(settingDefaults.modelVersion),
};

export const monitorSettingsSchema: z.ZodType<MonitorSettings, MonitorSettingsOptions> =
  z.strictObject({
    model: z.strictObject({ ...modelShape, runtime: z.string().min(1).default('unknown') }),
    features: featuresSchema,
    outputs: outputsSchema,
    ...callsShape,
    driftDetection: driftSchema.prefault({}),
    quality: qualitySchema.prefault({}),
    alerts: z.strictObject(objectivesShape).prefault({}),
    champion: championSchema.optional(),
  });

/** The conflicts between settings that are valid on their own; empty if there are none. */
export function conflictsIn({
  model,
  features,
  outputs,
  alerts,
  champion,
  driftDetection: { segment, windowRows, source, multivariate, recordReference },
  quality: { segments = [] },
}: MonitorSettings): { readonly path: SettingPath; readonly message: string }[] {
  const conflicts: { path: SettingPath; message: string }[] = [];
  const output = outputNameOf(outputs);
  if (features.some(({ name }) => name === output)) {
    conflicts.push({
      path: ['outputs'],
      message: `"${output}" is also the name of a feature; rename one of them`,
    });
  }
  const categorical = features.filter(({ type }) => type === 'categorical');
  if (segment !== undefined && !categorical.some(({ name }) => name === segment)) {
    const available = categorical.map(({ name }) => name).join(', ') || '(none)';
    conflicts.push({
      path: ['driftDetection', 'segment'],
      message: `"${segment}" is not a declared categorical feature. Available: ${available}`,
    });
  }
  if (alerts.freshnessObjective !== undefined && alerts.expectedTargetDelay === undefined) {
    conflicts.push({
      path: ['alerts', 'freshnessObjective'],
      message: `needs ${setting('alerts.expectedTargetDelay')}, the time that a target may take`,
    });
  }
  if (champion?.version === model.version) {
    conflicts.push({
      path: ['champion', 'version'],
      message: `"${model.version}" is the version of the model itself; name the one that it is to replace`,
    });
  }
  if (champion !== undefined && outputs.task === 'regression' && !champion.largestError) {
    conflicts.push({
      path: ['champion', 'largestError'],
      message: 'is missing; errors of a regression are compared up to a largest one',
    });
  }
  const quality = qualityObjectiveProblem(outputs, alerts);
  if (quality !== undefined) {
    conflicts.push({ path: ['alerts', 'qualityObjective'], message: quality });
  }
  for (const [index, name] of segments.entries()) {
    const type = features.find((feature) => feature.name === name)?.type ?? 'categorical';
    let message = '';
    if (type !== 'categorical')
      message = `"${name}" is a ${type} feature; segments need few values`;
    if (segments.indexOf(name) !== index) message = `"${name}" is given twice; keep one`;
    if (message !== '') conflicts.push({ path: ['quality', 'segments', index], message });
  }
  conflicts.push(...vectorConflicts(features, { source, multivariate, recordReference }));
  for (const [index, { name, cycle }] of features.entries()) {
    if (cycle === undefined || windowRows === undefined) continue;
    conflicts.push({
      path: ['features', index, 'cycle'],
      message: `"${name}" has a cycle of time, but ${setting('driftDetection.windowRows')} counts rows; remove one of them`,
    });
  }
  return conflicts;
}

/** Why the objective of quality cannot be counted; undefined if it can, or there is none. */
function qualityObjectiveProblem(
  { task }: OutputsConfig,
  { qualityObjective, qualityErrorTolerance }: ObjectivesConfig,
): string | undefined {
  if (qualityObjective === undefined || qualityErrorTolerance !== undefined) return undefined;
  if (task !== 'regression') return undefined;
  return `needs ${setting('alerts.qualityErrorTolerance')} for a regression, whose values are never exactly right`;
}

/** Conflicts of what is compared as vectors, which is counted in this process only. */
function vectorConflicts(
  features: readonly FeatureConfig[],
  drift: Pick<DriftConfig, 'source' | 'multivariate' | 'recordReference'>,
): { readonly path: SettingPath; readonly message: string }[] {
  const conflicts: { path: SettingPath; message: string }[] = [];
  const vectors = features.flatMap(({ name, type }, index) =>
    type === 'embedding' ? [{ name: `the embedding "${name}"`, path: ['features', index] }] : [],
  );
  if (drift.multivariate) {
    vectors.push({ name: 'it', path: ['driftDetection', 'multivariate'] });
    const index = features.findIndex(({ name }) => name === multivariateName);
    if (index !== -1) {
      conflicts.push({
        path: ['features', index, 'name'],
        message: `"${multivariateName}" is the name of all numeric features together; rename the feature, or remove ${setting('driftDetection.multivariate')}`,
      });
    }
    if (!features.some(({ type }) => type === 'numeric')) {
      conflicts.push({
        path: ['driftDetection', 'multivariate'],
        message: 'needs numeric features; declare some, or remove it',
      });
    }
  }
  for (const { name, path } of vectors) {
    if (drift.source === 'prometheus') {
      conflicts.push({
        path,
        message: `needs ${setting('driftDetection.source')}: local for ${name}; the counters of a fleet hold no vectors`,
      });
    }
    if (drift.recordReference) {
      conflicts.push({
        path,
        message: `excludes ${setting('driftDetection.recordReference')}, which cannot record ${name}; build the reference from data`,
      });
    }
  }
  return conflicts;
}
