import {
  type CallsConfig,
  type CallsOptions,
  type ChampionConfig,
  type ChampionOptions,
  callsShape,
  championSchema,
  type DriftConfig,
  type DriftOptions,
  type Duration,
  driftSchema,
  duration,
  type Effective,
  type FeatureConfig,
  featureListSchema,
  featuresSchema,
  modelShape,
  type ObjectivesConfig,
  type ObjectivesOptions,
  type OutputsConfig,
  type OutputsOptions,
  objectivesShape,
  outputsSchema,
  type QualityConfig,
  type QualityOptions,
  qualitySchema,
  setting,
  settingDefaults,
} from '@modelmeter/core/settings';
import { z } from 'zod';
import { type ActionsConfig, type ActionsOptions, actionsSchema } from './action-settings.js';
import { type LimitsConfig, type LimitsOptions, limitsSchema } from './limit-settings.js';
import {
  type NotificationConfig,
  type NotificationOptions,
  notificationShape,
} from './notification-settings.js';
import { type TokenConfig, type TokenOptions, tokensSchema } from './token-settings.js';

/** The server of the exporter. */
export interface MonitoringOptions {
  /** Port of inference, ingestion, metrics and pages; 0 takes a free one. Default: 8001. */
  readonly prometheusPort?: number | undefined;
  /** Address that the port is opened on. Default: `127.0.0.1`, this machine only. */
  readonly host?: string | undefined;
  /** How often Prometheus scrapes. Default: `15s`. */
  readonly scrapeInterval?: Duration | undefined;
  /** Series that are kept at most; further ones are refused and counted. Default: 20 000. */
  readonly maximumSeries?: number | undefined;
  /** Whether GPUs are read with nvidia-smi; `auto` where there is one. Default: `auto`. */
  readonly gpu?: 'auto' | 'on' | 'off' | undefined;
  /** Clients and what they may do. Without any, any client that reaches the port may do everything. */
  readonly tokens?: readonly TokenOptions[] | undefined;
  /** What requests may take. */
  readonly limits?: LimitsOptions | undefined;
}

/** The effective form of `MonitoringOptions`. */
export interface MonitoringConfig
  extends Effective<Omit<MonitoringOptions, 'limits' | 'tokens'>, never, 'scrapeInterval'> {
  readonly tokens: readonly TokenConfig[];
  readonly limits: LimitsConfig;
}

/** Where the exporter keeps what it has counted, so that a restart or a crash loses nothing. */
export interface StateOptions {
  /** Folder of the state, relative to the configuration file; one exporter uses it at a time. */
  readonly path: string;
}

/** A model of the exporter. */
export interface ModelOptions extends CallsOptions {
  /** 1 to 63 of the characters `A-Z a-z 0-9 . _ -`. */
  readonly name: string;
  /** 1 to 63 characters. Default: `1`. */
  readonly version?: string | undefined;
  /** `onnx`: served by the exporter. `external`: predicted elsewhere and reported over HTTP. */
  readonly type: 'onnx' | 'external';
  /** Model file of a served model, relative to the configuration file. */
  readonly path?: string | undefined;
  /** Reference file, relative to the configuration file. */
  readonly reference?: string | undefined;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsOptions;
  /** Objectives of this model, in place of those of `alerts`. */
  readonly objectives?: ObjectivesOptions | undefined;
  /** The version that this one is compared with as a challenger. */
  readonly champion?: ChampionOptions | undefined;
}

/** The effective form of `ModelOptions`. */
export interface ModelConfig extends CallsConfig {
  readonly name: string;
  readonly version: string;
  readonly type: 'onnx' | 'external';
  readonly path?: string | undefined;
  readonly reference?: string | undefined;
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly objectives?: Partial<ObjectivesConfig> | undefined;
  readonly champion?: ChampionConfig | undefined;
}

/** The configuration of an exporter; the file has these names in snake_case. */
export interface ExporterOptions {
  readonly monitoring?: MonitoringOptions | undefined;
  readonly driftDetection?: DriftOptions | undefined;
  readonly quality?: QualityOptions | undefined;
  readonly alerts?: (ObjectivesOptions & NotificationOptions) | undefined;
  readonly actions?: ActionsOptions | undefined;
  /** Default: nothing is kept, and every start is empty. */
  readonly state?: StateOptions | undefined;
  /** 1 to 50 models. */
  readonly models: readonly ModelOptions[];
}

/** What the alerts of a configuration need: objectives and where to send notifications. */
export type AlertsConfig = ObjectivesConfig & NotificationConfig;

/** The effective form of `ExporterOptions`: defaults filled in, durations in milliseconds. */
export interface ExporterConfig {
  readonly monitoring: MonitoringConfig;
  readonly driftDetection: DriftConfig;
  readonly quality: QualityConfig;
  readonly alerts: AlertsConfig;
  readonly actions: ActionsConfig;
  readonly state?: StateOptions | undefined;
  readonly models: readonly ModelConfig[];
}

/** What a comparison of two data sets reads from a file that declares no models. */
export interface BatchOptions {
  readonly driftDetection?: DriftOptions | undefined;
  readonly features?: readonly FeatureConfig[] | undefined;
}

/** Defaults of the settings that only an exporter has. */
export const exporterDefaults = {
  prometheusPort: 8001,
  host: '127.0.0.1',
  scrapeInterval: '15s',
  gpu: 'auto',
} as const;

/** The objectives of one model; one that is left out is that of all models, so none has a default. */
const modelObjectives = z.strictObject(
  Object.fromEntries(
    Object.entries(objectivesShape).map(([name, schema]) => [
      name,
      (schema instanceof z.ZodOptional ? schema : schema.unwrap()).optional(),
    ]),
  ),
) as unknown as z.ZodType<Partial<ObjectivesConfig>, ObjectivesOptions>;

const modelSchema = z.strictObject({
  ...modelShape,
  type: z.enum(['onnx', 'external']),
  path: z.string().min(1).optional(),
  reference: z.string().min(1).optional(),
  ...callsShape,
  features: featuresSchema,
  outputs: outputsSchema,
  objectives: modelObjectives.optional(),
  champion: championSchema.optional(),
});

export const alertsSchema: z.ZodType<AlertsConfig, ObjectivesOptions & NotificationOptions> =
  z.strictObject({ ...objectivesShape, ...notificationShape });

export const exporterSchema: z.ZodType<ExporterConfig, ExporterOptions> = z
  .strictObject({
    monitoring: z
      .strictObject({
        prometheusPort: z.int().min(0).max(65_535).default(exporterDefaults.prometheusPort),
        host: z.string().min(1).default(exporterDefaults.host),
        scrapeInterval: duration.prefault(exporterDefaults.scrapeInterval),
        maximumSeries: z.int().min(1000).max(1_000_000).default(settingDefaults.maximumSeries),
        gpu: z.enum(['auto', 'on', 'off']).default(exporterDefaults.gpu),
        tokens: tokensSchema.default([]),
        limits: limitsSchema.prefault({}),
      })
      .prefault({}),
    driftDetection: driftSchema.prefault({}),
    quality: qualitySchema.prefault({}),
    alerts: alertsSchema.prefault({}),
    actions: actionsSchema.prefault({}),
    state: z.strictObject({ path: z.string().min(1) }).optional(),
    models: z.array(modelSchema).min(1, 'must name at least one model').max(50),
  })
  .superRefine(({ driftDetection: { source, prometheus }, models }, context) => {
    const refuse = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (source === 'prometheus' && prometheus?.url === undefined) {
      refuse(
        ['driftDetection', 'prometheus', 'url'],
        'is missing; source: prometheus needs the address of its API',
      );
    }
    const versions = new Set(models.map(({ name, version }) => keyOf(name, version)));
    for (const [index, { name, champion }] of models.entries()) {
      if (champion === undefined || versions.has(keyOf(name, champion.version))) continue;
      refuse(
        ['models', index, 'champion', 'version'],
        `this file has no version "${champion.version}" of ${name}; declare it as another model`,
      );
    }
    const seen = new Map<string, number>();
    for (const [index, { name, version, type, path }] of models.entries()) {
      const key = keyOf(name, version);
      const earlier = seen.get(key);
      if (earlier === undefined) seen.set(key, index);
      else {
        refuse(
          ['models', index, 'name'],
          `${key} is also ${setting('models')}[${earlier}]; use another name or version`,
        );
      }
      if (type === 'onnx' && path === undefined) {
        refuse(
          ['models', index, 'path'],
          'is missing; a model of type onnx needs the path of its .onnx file',
        );
      }
      if (type === 'external' && path !== undefined) {
        refuse(
          ['models', index, 'path'],
          'has no meaning for type external; remove it or set type: onnx',
        );
      }
    }
  });

function keyOf(name: string, version: string): string {
  return `${name} version ${version}`;
}

export const batchSchema: z.ZodType<
  { readonly driftDetection: DriftConfig; readonly features: readonly FeatureConfig[] },
  BatchOptions
> = z.strictObject({
  driftDetection: driftSchema.prefault({}),
  features: featureListSchema({ minimum: 0, maximum: 10_000 }).default([]),
});
