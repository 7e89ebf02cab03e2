import { readFile } from 'node:fs/promises';
import { type LoadedConfig, parseConfig } from '@modelmeter/config-file';
import { parseAllDocuments, parseDocument } from 'yaml';
import { z } from 'zod';
import { CliError, messageOf } from '../errors.js';
import { type ObjectiveKind, objectiveKinds } from './objectives.js';

/** A configuration with the objectives of OpenSLO documents, and the SLOs that were left out. */
export interface ImportedObjectives {
  /** The text of the configuration; comments and the order of settings stay. */
  readonly text: string;
  readonly imported: number;
  /** The SLOs that were left out, each with its reason. */
  readonly leftOut: readonly string[];
}

const ratioMetric = z.object({
  ratioMetric: z.object({
    good: z.object({ metricSource: z.object({ spec: z.object({ query: z.string() }) }) }),
  }),
});

const indicatorSchema = z.object({ metadata: z.object({ name: z.string() }), spec: ratioMetric });

const sloSchema = z.object({
  metadata: z.object({
    name: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    indicator: z.object({ spec: ratioMetric }).optional(),
    indicatorRef: z.string().optional(),
    objectives: z
      .array(z.object({ target: z.number().optional(), targetPercent: z.number().optional() }))
      .length(1),
  }),
});

/** An object of OpenSLO v1, as far as every kind has the same form. */
const objectSchema = z.looseObject({
  apiVersion: z.literal('openslo/v1'),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/**
 * Sets the objectives of OpenSLO v1 documents in a configuration. An SLO belongs to a model when the
 * query of its good events reads `model_slo_events_total` with the labels `model_name`, `slo` and,
 * where the model has several versions, `model_version`. A limit, such as the longest time of a call,
 * is read from the annotation of its setting's name, which `openSlo` writes; without one the limit of
 * the configuration stays.
 *
 * @throws CliError OPENSLO_UNREADABLE when the documents are missing, no YAML or not OpenSLO v1.
 * @throws CoreError CONFIG_INVALID when the configuration is not valid with the new objectives.
 */
export async function importOpenSlo(
  objectivesPath: string,
  configPath: string,
): Promise<ImportedObjectives> {
  const objects = await readObjects(objectivesPath);
  const text = await readText(configPath, 'Name the configuration with --config.');
  const loaded = parseConfig(text, configPath);
  const document = parseDocument(text);
  const indicators = new Map(
    objects.flatMap((object) => {
      const indicator = indicatorSchema.safeParse(object);
      return indicator.success
        ? [[indicator.data.metadata.name, indicator.data.spec] as const]
        : [];
    }),
  );
  const leftOut: string[] = [];
  let imported = 0;
  for (const object of objects) {
    if (object.kind !== 'SLO') continue;
    const found = settingsOf(object, indicators, loaded);
    if (typeof found === 'string') {
      leftOut.push(`${object.metadata.name}: ${found}`);
      continue;
    }
    imported += 1;
    for (const [setting, value] of Object.entries(found.settings)) {
      document.setIn(['models', found.model, 'objectives', setting], value);
    }
  }
  const result = imported === 0 ? text : document.toString({ lineWidth: 0 });
  parseConfig(result, `${configPath} with the objectives of ${objectivesPath}`);
  return { text: result, imported, leftOut };
}

/** The settings of an SLO and the index of its model, or the reason why it has none. */
function settingsOf(
  object: unknown,
  indicators: ReadonlyMap<string, z.infer<typeof ratioMetric>>,
  { config }: LoadedConfig,
): string | { readonly model: number; readonly settings: Readonly<Record<string, unknown>> } {
  const slo = sloSchema.safeParse(object);
  if (!slo.success) {
    const [issue] = slo.error.issues;
    return `${issue!.path.join('.')}: ${issue!.message}; an objective on a ratio of counters is needed`;
  }
  const { metadata, spec } = slo.data;
  const indicator = spec.indicator?.spec ?? indicators.get(spec.indicatorRef ?? '');
  if (indicator === undefined) return `no indicator ${spec.indicatorRef ?? ''} in the documents`;
  const { query } = indicator.ratioMetric.good.metricSource.spec;
  const labels = labelsOf(query);
  if (labels === undefined)
    return `its good events are not those of model_slo_events_total: ${query}`;
  const kind = objectiveKinds.find((one) => one.slo === labels.get('slo'));
  if (kind === undefined) {
    return `slo="${labels.get('slo') ?? ''}" is not one of ${objectiveKinds.map((one) => one.slo).join(', ')}`;
  }
  const [name, version] = [labels.get('model_name'), labels.get('model_version')];
  const matching = config.models.flatMap((model, index) =>
    model.name === name && (version === undefined || model.version === version) ? [index] : [],
  );
  if (matching.length === 0)
    return `the configuration has no model "${name}", version "${version}"`;
  if (matching.length > 1) return `name one version of "${name}" with model_version in its query`;
  const [objective] = spec.objectives;
  const target = objective!.target ?? percent(objective!.targetPercent);
  const settings = objectiveSettings(kind, target, metadata.annotations);
  return typeof settings === 'string' ? settings : { model: matching[0]!, settings };
}

function objectiveSettings(
  kind: ObjectiveKind,
  target: number | undefined,
  annotations: Readonly<Record<string, string>>,
): string | Readonly<Record<string, unknown>> {
  if (target === undefined) return 'its objective has no target';
  if (kind.fixedTarget !== undefined && target !== kind.fixedTarget) {
    return `its target is ${target}, and the one of ${kind.slo} is always ${kind.fixedTarget}`;
  }
  const limit = annotations[kind.limitSetting ?? ''];
  return {
    ...(kind.fixedTarget === undefined ? { [kind.targetSetting]: target } : {}),
    ...(limit === undefined ? {} : { [kind.limitSetting!]: numberOrText(limit) }),
  };
}

/** 99.9 % is 0.999, not the 0.9990000000000001 of a division. */
function percent(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number((value / 100).toPrecision(12));
}

function numberOrText(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** The equality matchers of a query on the counters of objectives. */
function labelsOf(query: string): ReadonlyMap<string, string> | undefined {
  const selector = /model_slo_events_total\s*\{([^}]*)\}/.exec(query)?.[1];
  if (selector === undefined) return undefined;
  const matchers = selector.matchAll(/(\w+)\s*=\s*("(?:[^"\\]|\\.)*")/g);
  return new Map([...matchers].map(([, name, value]) => [name!, JSON.parse(value!) as string]));
}

async function readObjects(path: string): Promise<z.infer<typeof objectSchema>[]> {
  const unreadable = (problem: string): CliError =>
    new CliError('OPENSLO_UNREADABLE', `${path} ${problem}`);
  const text = await readText(path, 'Name a file of OpenSLO v1 with --import.');
  const objects = parseAllDocuments(text).flatMap((document) => {
    const [mistake] = document.errors;
    if (mistake !== undefined) throw unreadable(`is not valid YAML: ${mistake.message}`);
    return document.contents === null ? [] : [document.toJS() as unknown];
  });
  return objects.map((object, index) => {
    const read = objectSchema.safeParse(object);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    throw unreadable(
      `is not OpenSLO v1: document ${index + 1}, ${issue!.path.join('.') || 'top level'}: ${issue!.message}.`,
    );
  });
}

async function readText(path: string, remedy: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError(
      'OPENSLO_UNREADABLE',
      `${path} cannot be read (${messageOf(error)}). ${remedy}`,
      error,
    );
  }
}
