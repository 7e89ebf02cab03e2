import type { z } from 'zod';
import {
  type AlertsConfig,
  alertsSchema,
  type CallsConfig,
  callsSchema,
  type DriftConfig,
  driftSchema,
  type FeatureConfig,
  featuresSchema,
  type OutputsConfig,
  outputNameOf,
  outputsSchema,
  parseSettings,
  type QualityConfig,
  qualitySchema,
} from './config.js';
import { CoreError, settingError } from './errors.js';
import { assertReferenceFits, type Reference } from './reference.js';

/** Settings as a user writes them, with that which runs the queries of a fleet. */
interface WrittenSettings extends z.input<typeof callsSchema> {
  readonly features: unknown;
  readonly outputs: unknown;
  readonly drift_detection?: unknown;
  readonly quality?: unknown;
  readonly alerts?: unknown;
  readonly queryPrometheus?: unknown;
}

/** The effective settings of a monitor. */
export interface MonitorSettings {
  readonly features: readonly FeatureConfig[];
  readonly outputs: OutputsConfig;
  readonly drift: DriftConfig;
  readonly quality: QualityConfig;
  readonly alerts: AlertsConfig;
  readonly calls: CallsConfig;
}

/**
 * Parses the settings of a monitor, and what they must have to do with each other.
 *
 * @throws CoreError CONFIG_INVALID that names the setting by its place in the options.
 */
export function parseMonitorSettings(options: WrittenSettings): MonitorSettings {
  const { validation, feature_sampling_rate, warm_up_calls } = options;
  const settings: MonitorSettings = {
    features: settingsOf(featuresSchema, 'features', options.features),
    outputs: settingsOf(outputsSchema, 'outputs', options.outputs),
    drift: settingsOf(driftSchema, 'drift_detection', options.drift_detection ?? {}),
    quality: settingsOf(qualitySchema, 'quality', options.quality ?? {}),
    alerts: settingsOf(alertsSchema, 'alerts', options.alerts ?? {}),
    calls: parseSettings(callsSchema, { validation, feature_sampling_rate, warm_up_calls }),
  };
  requireOutputNotFeature(settings);
  requireSegmentDeclared(settings);
  requireNoCycleOfRows(settings);
  requireQuery(settings, options.queryPrometheus !== undefined);
  return settings;
}

/** @throws CoreError REFERENCE_MISMATCH when a reference lacks a feature, or the segments, of a monitor. */
export function requireFittingReference(
  reference: Reference,
  { features, drift: { segment } }: MonitorSettings,
): void {
  assertReferenceFits(reference, features, 'The reference');
  const { segments } = reference;
  if (segment === undefined || segments?.feature === segment) return;
  throw new CoreError(
    'REFERENCE_MISMATCH',
    `The reference has ${segments === undefined ? 'no segments' : `segments of "${segments.feature}"`}, drift_detection.segment is "${segment}". Build the reference with that segment, or remove the setting.`,
  );
}

function settingsOf<Schema extends z.ZodType>(
  schema: Schema,
  name: keyof WrittenSettings,
  value: unknown,
): z.output<Schema> {
  return parseSettings(schema, value, undefined, [name]);
}

function requireOutputNotFeature({ outputs, features }: MonitorSettings): void {
  const name = outputNameOf(outputs);
  if (!features.some((feature) => feature.name === name)) return;
  throw settingError('outputs', `"${name}" is a feature too; rename one of the two`);
}

function requireSegmentDeclared({ drift: { segment }, features }: MonitorSettings): void {
  if (segment === undefined) return;
  if (features.some(({ name, type }) => name === segment && type === 'categorical')) return;
  const message = `"${segment}" is not a declared categorical feature; name one of ${features
    .filter(({ type }) => type === 'categorical')
    .map(({ name }) => name)
    .join(', ')}`;
  throw settingError('drift_detection.segment', message);
}

function requireNoCycleOfRows({ drift: { window_rows: rows }, features }: MonitorSettings): void {
  const index = features.findIndex(({ cycle }) => cycle !== undefined);
  if (rows === undefined || index === -1) return;
  const path = `features[${index}].cycle`;
  const message = `"${features[index]!.name}" has a cycle of time, and drift_detection.window_rows counts rows; remove one of the two`;
  throw settingError(path, message);
}

function requireQuery({ drift: { source } }: MonitorSettings, hasQuery: boolean): void {
  if (source !== 'prometheus' || hasQuery) return;
  throw settingError(
    'drift_detection.source',
    '"prometheus" needs something that runs its queries; pass the option queryPrometheus, or run the exporter',
  );
}
