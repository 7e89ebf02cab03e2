import { CoreError, type Monitor, referenceFromJson, referenceToJson } from '@modelmeter/core';
import { z } from 'zod';
import { ExporterError } from '../../errors.js';
import { jsonBody } from '../request-body.js';
import { modelRoute, type Route } from '../route.js';

const featureDrift = z
  .looseObject({
    name: z.string(),
    type: z.enum(['numeric', 'categorical']),
    state: z.enum(['ok', 'investigate', 'drift', 'insufficient_data']),
    referenceRows: z.number(),
    currentRows: z.number(),
    compared: z
      .boolean()
      .describe('Whether the samples could be compared; if not, the state is insufficient_data.'),
    effects: z
      .record(
        z.string(),
        z.looseObject({
          estimate: z.number(),
          low: z.number(),
          high: z.number().nullable().describe('Null where the rows do not bound the size.'),
          thresholds: z.looseObject({ investigate: z.number(), drift: z.number() }),
        }),
      )
      .describe(
        'The sizes that decide, by statistic: what chance adds is taken off; `low` and `high` are the ends of the 95 % interval.',
      ),
    statistic: z.string().describe('The statistic of the size that decides.'),
    scores: z.record(z.string(), z.number()).describe('Scores by name of the statistic.'),
    noiseFloor: z
      .record(z.string(), z.number())
      .describe('The score that chance alone reaches in 5 % of such samples.'),
    explanation: z.string().describe('One or two sentences for the person on call.'),
  })
  .meta({ id: 'FeatureDrift' });

const driftReport = z
  .looseObject({
    modelName: z.string(),
    modelVersion: z.string().optional(),
    referenceId: z.string().optional(),
    timeMs: z.number().optional().describe('Time of the run in milliseconds since 1970.'),
    state: z.enum(['ok', 'investigate', 'drift', 'insufficient_data', 'not_run']),
    driftedFeatures: z.array(z.string()).optional(),
    features: z.array(featureDrift),
  })
  .meta({ id: 'DriftReport' });

const reference = z
  .looseObject({
    format: z.literal('modelmeter-reference'),
    version: z.int(),
    id: z.string().describe('Hash of the profiles.'),
    model: z.looseObject({ name: z.string(), version: z.string() }),
    created: z.string(),
    source: z.string(),
    rows: z.number(),
    features: z.record(z.string(), z.unknown()).describe('Profiles by name of the feature.'),
  })
  .meta({ id: 'Reference' });

const referenceAccepted = z
  .strictObject({ model: z.string(), reference_id: z.string(), rows: z.number() })
  .meta({ id: 'ReferenceAccepted' });

/** Drift reports, and the references that they compare with. */
export const driftRoutes: readonly Route[] = [
  modelRoute({
    id: 'lastDrift',
    audience: 'Drift',
    method: 'GET',
    path: '/v1/models/{name}/drift',
    summary: 'Returns the report of the last drift run',
    answer: {
      description: 'The report; before the first run its state is `not_run`.',
      schema: driftReport,
    },
    handle: ({ monitor }) => monitor.lastDrift ?? notRun(monitor),
  }),
  modelRoute({
    id: 'runDrift',
    audience: 'Drift',
    method: 'POST',
    path: '/v1/models/{name}/drift',
    summary: 'Runs drift detection now',
    keeps: 'snapshots',
    answer: {
      description: 'The report; without a reference its state is `not_run`.',
      schema: driftReport,
    },
    errors: [
      'DRIFT_EVALUATED_ELSEWHERE',
      'DRIFT_RUN_FAILED',
      'PROMETHEUS_UNAVAILABLE',
      'SECRET_UNREADABLE',
    ],
    handle: ({ monitor }) => runDrift(monitor),
  }),
  modelRoute({
    id: 'currentReference',
    audience: 'Drift',
    method: 'GET',
    path: '/v1/models/{name}/reference',
    summary: 'Returns the reference in use',
    answer: { description: 'The reference document.', schema: reference },
    errors: ['REFERENCE_MISSING'],
    handle: ({ monitor }) => {
      if (monitor.reference !== undefined) return referenceToJson(monitor.reference);
      throw new ExporterError(
        'REFERENCE_MISSING',
        `Model "${monitor.model.name}" has no reference. Set models[].reference, or PUT one here.`,
      );
    },
  }),
  modelRoute({
    id: 'replaceReference',
    audience: 'Drift',
    method: 'PUT',
    path: '/v1/models/{name}/reference',
    summary: 'Replaces the reference',
    description:
      'Drift windows and the counters of features start again, under the new `reference_id`. It stays until `models[].reference` changes; without `state.path`, until the next start or reload of the model.',
    // referenceFromJson validates the document: it checks hash and profiles too.
    body: { ...jsonBody(z.unknown(), 'bodyBytes'), schema: reference },
    keeps: 'snapshots',
    answer: { description: 'The reference is in use.', schema: referenceAccepted },
    errors: ['REFERENCE_INVALID'],
    handle: async ({ monitor }, { readBody }) => replaceReference(monitor, await readBody()),
  }),
  modelRoute({
    id: 'recordedReference',
    audience: 'Drift',
    method: 'GET',
    path: '/v1/models/{name}/reference/recorded',
    summary: 'Returns a reference made of recent production data',
    description:
      'Needs `drift_detection.record_reference: true`. The reference is made of the last whole days, at most `reference_window_days` of them.',
    answer: { description: 'The reference document.', schema: reference },
    errors: ['REFERENCE_MISSING'],
    handle: ({ monitor }) => recordedReference(monitor),
  }),
];

async function runDrift(monitor: Monitor): Promise<object> {
  if (monitor.settings.driftDetection.source === 'none') {
    throw new ExporterError(
      'DRIFT_EVALUATED_ELSEWHERE',
      `drift_detection.source is none, so this process only counts for "${monitor.model.name}". Send the request to the process with source: prometheus, which evaluates the drift of all replicas.`,
    );
  }
  const report = await monitor.runDrift();
  if (report !== undefined) return report;
  const { driftError } = monitor;
  if (driftError === undefined) return notRun(monitor);
  if (driftError instanceof ExporterError) throw driftError;
  throw new ExporterError('DRIFT_RUN_FAILED', driftError.message, { cause: driftError });
}

function replaceReference(monitor: Monitor, document: unknown): z.output<typeof referenceAccepted> {
  try {
    const next = referenceFromJson(document, 'The body');
    monitor.setReference(next);
    return { model: monitor.model.name, reference_id: next.id, rows: next.rows };
  } catch (error) {
    if (!CoreError.isInstance(error)) throw error;
    throw new ExporterError('REFERENCE_INVALID', error.message, { cause: error });
  }
}

function recordedReference(monitor: Monitor): object {
  const recorded = monitor.recordedReference();
  if (recorded !== undefined) return referenceToJson(recorded);
  const { name } = monitor.model;
  throw new ExporterError(
    'REFERENCE_MISSING',
    monitor.settings.driftDetection.recordReference
      ? `Model "${name}" has not recorded a whole day with rows yet. Try again after midnight UTC.`
      : `Model "${name}" does not record a reference. Set drift_detection.record_reference: true.`,
  );
}

/** The answer in place of a report before the first run. */
function notRun({ model }: Monitor): z.output<typeof driftReport> {
  return { modelName: model.name, features: [], state: 'not_run' };
}
