import type { Monitor, OutputBlock, PredictionBatch, Target, TargetResult } from '@modelmeter/core';
import { errorReasons, outputNameOf } from '@modelmeter/core';
import { z } from 'zod';
import { ExporterError } from './errors.js';
import { parseBody } from './inference.js';
import { rowIds } from './prediction-ids.js';
import type { ServedModel } from './served-model.js';

const cellSchema = z.union([z.number(), z.string(), z.boolean(), z.null()]);

const predictionSchema = z.strictObject({
  model: z.string(),
  version: z.string().optional(),
  id: z.string().min(1).max(256).optional(),
  features: z.record(z.string(), cellSchema),
  /** The model's outputs by name; left out when the call failed. */
  outputs: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
  duration_seconds: z.number().min(0),
  error: z.enum(errorReasons).optional(),
});

const targetSchema = z.strictObject({
  model: z.string(),
  version: z.string().optional(),
  prediction_id: z.string().min(1).max(256),
  target: z.union([z.number(), z.string(), z.boolean()]),
});

type Prediction = z.output<typeof predictionSchema>;
type FindModel = (name: string, version?: string) => ServedModel;
type FindModels = (name: string, version?: string) => readonly ServedModel[];

/**
 * Records predictions made elsewhere: all of them, or none when one is wrong.
 *
 * @throws ExporterError INPUT_INVALID naming row, feature, value and what was expected.
 */
export function recordPredictions(
  body: unknown,
  findModel: FindModel,
): { readonly accepted: number; readonly prediction_ids: readonly string[] } {
  const rows = toRows(body).map((row, index) => parseRow(predictionSchema, row, index));
  const models = rows.map((row, index) => {
    const model = findModel(row.model, row.version);
    checkPrediction(row, model.monitor, index);
    return model;
  });
  const ids = rows.map((row, index) => {
    const [id] = rowIds(1, undefined, row.id, models[index]!.monitor.newPredictionId)!;
    models[index]!.monitor.observe(toBatch(row, models[index]!.monitor, id!));
    return id!;
  });
  return { accepted: rows.length, prediction_ids: ids };
}

/**
 * Joins targets with their predictions. Those that match are kept whatever the others do. Without
 * a version a target goes to every version that has made the prediction: the live one and its
 * shadows.
 *
 * @throws ExporterError TARGET_UNMATCHED listing the targets that could not be used.
 */
export function recordTargets(
  body: unknown,
  findModels: FindModels,
): { readonly matched: number; readonly duplicate: number } {
  const rows = toRows(body).map((row, index) => parseRow(targetSchema, row, index));
  const byMonitor = new Map<Monitor, { targets: Target[]; rows: number[] }>();
  for (const [index, row] of rows.entries()) {
    for (const monitor of monitorsOf(row, findModels)) {
      const group = byMonitor.get(monitor) ?? { targets: [], rows: [] };
      group.targets.push({ predictionId: row.prediction_id, value: row.target });
      group.rows.push(index);
      byMonitor.set(monitor, group);
    }
  }
  let matched = 0;
  let duplicate = 0;
  let unused = 0;
  const problems: { row: number; prediction_id: string; message: string }[] = [];
  for (const [monitor, group] of byMonitor) {
    const result = monitor.recordTargets(group.targets);
    matched += result.matched;
    duplicate += result.duplicate;
    unused += result.unmatched + result.invalid;
    problems.push(...result.problems.map((problem) => describeProblem(problem, group, monitor)));
  }
  if (unused === 0) return { matched, duplicate };
  throw new ExporterError(
    'TARGET_UNMATCHED',
    `${unused} of ${rows.length} targets could not be used; the other ${matched + duplicate} are recorded. First: ${problems[0]?.message}`,
    { details: { matched, duplicate, unused, problems } },
  );
}

/** The monitors that know the prediction; the newest version's where none does, to say so. */
function monitorsOf(row: z.output<typeof targetSchema>, findModels: FindModels): Monitor[] {
  const monitors = findModels(row.model, row.version).map(({ monitor }) => monitor);
  const knowing = monitors.filter((monitor) => monitor.knowsPrediction(row.prediction_id));
  return knowing.length > 0 ? knowing : monitors.slice(-1);
}

function describeProblem(
  { index, predictionId, status }: TargetResult['problems'][number],
  group: { readonly targets: readonly Target[]; readonly rows: readonly number[] },
  monitor: Monitor,
): { row: number; prediction_id: string; message: string } {
  const row = group.rows[index]!;
  const value = JSON.stringify(group.targets[index]!.value);
  return {
    row,
    prediction_id: predictionId,
    message:
      status === 'unmatched'
        ? `Row ${row}: there is no prediction "${predictionId}" of model "${monitor.model.name}" that waits for a target. Send the prediction first, and the target within quality.target_time_to_live.`
        : `Row ${row}: ${value} is no target of model "${monitor.model.name}"; it must be ${expectedTarget(monitor)}.`,
  };
}

function expectedTarget({ outputs }: Monitor): string {
  if (outputs.task === 'binary') return 'true, false, 1 or 0';
  if (outputs.task === 'multiclass') return `one of ${outputs.classes.join(', ')}`;
  return 'a finite number';
}

function checkPrediction(row: Prediction, monitor: Monitor, index: number): void {
  const declared = new Map(monitor.features.map((feature) => [feature.name, feature.type]));
  for (const [name, value] of Object.entries(row.features)) {
    const type = declared.get(name);
    if (type === undefined) {
      throw invalid(
        `Row ${index}: model "${row.model}" has no feature "${name}"; it has ${[...declared.keys()].join(', ')}.`,
      );
    }
    if (type === 'numeric' && typeof value === 'string') {
      throw invalid(
        `Row ${index}: feature "${name}" is ${JSON.stringify(value)}; it is numeric: send a number, or null when it is missing.`,
      );
    }
  }
  if (row.error !== undefined) return;
  const { outputs } = monitor;
  const name = outputNameOf(outputs);
  const value = row.outputs?.[name];
  if (value === undefined) {
    throw invalid(
      `Row ${index}: outputs.${name} is missing; model "${row.model}" needs it, or "error" with a reason when the call failed.`,
    );
  }
  if (outputs.task !== 'multiclass' && typeof value !== 'number') {
    throw invalid(`Row ${index}: outputs.${name} is ${JSON.stringify(value)}; send a number.`);
  }
}

function toBatch(row: Prediction, monitor: Monitor, id: string): PredictionBatch {
  const names = featureNamesOf(monitor);
  const outputs: OutputBlock[] = Object.entries(row.outputs ?? {}).map(([name, value]) => ({
    name,
    data: [value],
  }));
  return {
    rows: 1,
    features: [{ names, data: names.map((name) => row.features[name] ?? null) }],
    outputs,
    predictionIds: [id],
    durationSeconds: row.duration_seconds,
    ...(row.error === undefined
      ? {}
      : { error: { reason: row.error as NonNullable<PredictionBatch['error']>['reason'] } }),
  };
}

const featureNames = new WeakMap<Monitor, readonly string[]>();

/** The same array each time, so that the monitor finds the place of each column once. */
function featureNamesOf(monitor: Monitor): readonly string[] {
  const names = featureNames.get(monitor) ?? monitor.features.map(({ name }) => name);
  featureNames.set(monitor, names);
  return names;
}

function toRows(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [body];
}

function parseRow<Schema extends z.ZodType>(
  schema: Schema,
  row: unknown,
  index: number,
): z.output<Schema> {
  try {
    return parseBody(schema, row);
  } catch (error) {
    if (!(error instanceof ExporterError)) throw error;
    throw new ExporterError(error.code, `Row ${index}: ${error.message}`, {
      details: { row: index, ...error.details },
    });
  }
}

function invalid(message: string): ExporterError {
  return new ExporterError('INPUT_INVALID', message);
}
