import type { MetricName } from '@modelmeter/core/catalogue';
import { type Check, checksOf, type Place, someOf } from './check.js';
import { checkClock } from './check-clock.js';
import { readExposition, type Series } from './exposition.js';
import { type Access, fetchText } from './fetch-text.js';

/** Whether an exporter, or a service with the SDK, is ready and reports what it should. */
export async function checkExporter(url: string, access: Access): Promise<Check[]> {
  const place = checksOf(url);
  const { ok, warn, fail } = place;
  const readiness = await fetchText(`${url}/readyz`, access);
  if (typeof readiness === 'string') {
    return [fail(`It cannot be reached (${readiness}). Start it, or correct --exporter.`)];
  }
  const checks: Check[] = [];
  if (readiness.status === 200) checks.push(ok('It is ready.'));
  else if (readiness.status === 404) {
    checks.push(warn('It has no /readyz, so only its metrics are checked.'));
  } else checks.push(fail(`It is not ready: /readyz answers ${readiness.status}.`));
  const metrics = await fetchText(`${url}/metrics`, access);
  if (typeof metrics === 'string') {
    return [...checks, fail(`/metrics cannot be read (${metrics}).`)];
  }
  if (metrics.status !== 200) {
    const remedy =
      metrics.status === 401 || metrics.status === 403
        ? ' Name a file with its token, or with user:password, with --exporter-token-file.'
        : '';
    return [...checks, fail(`/metrics answers ${metrics.status}.${remedy}`)];
  }
  checks.push(...checkClock(place, metrics.clockAheadMs));
  return [...checks, ...checkMetrics(place, readExposition(metrics.text))];
}

/** The series of a metric of the catalogue. */
type Find = (name: MetricName) => readonly Series[];

function checkMetrics(place: Place, series: readonly Series[]): Check[] {
  const byName = groupByName(series);
  const find: Find = (name) => byName.get(name) ?? [];
  const models = find('model_info');
  if (models.length === 0) {
    return [
      place.fail(
        'Its metrics have no model. Expose the registry that createMonitor was given, or add models to the configuration.',
      ),
    ];
  }
  return [
    ...models.flatMap((model) => checkModel(place, find, model)),
    ...checkLimits(place, find),
  ];
}

function groupByName(series: readonly Series[]): Map<string, Series[]> {
  const groups = new Map<string, Series[]>();
  for (const one of series) {
    const group = groups.get(one.name);
    if (group === undefined) groups.set(one.name, [one]);
    else group.push(one);
  }
  return groups;
}

function checkModel(place: Place, find: Find, { labels }: Series): Check[] {
  const { model_name: name, model_version: version } = labels;
  const title = `${name} ${version}`;
  const of = (metric: MetricName): readonly Series[] =>
    find(metric).filter(
      (one) => one.labels.model_name === name && one.labels.model_version === version,
    );
  const sum = (metric: MetricName): number =>
    of(metric).reduce((total, { value }) => total + value, 0);
  const checks: Check[] = [];
  if (of('model_ready').some(({ value }) => value === 0)) {
    checks.push(place.fail(`${title} is not ready. The log of the service says why.`));
  }
  if (sum('model_predictions_total') === 0) {
    checks.push(
      place.warn(
        `${title} has made no prediction since the start. Call the wrapped model, or send predictions to /v1/predictions.`,
      ),
    );
  }
  if (of('model_feature_reference_samples').length === 0) {
    checks.push(place.warn(`${title} has no reference, so its drift is not evaluated.`));
  }
  const failedRuns = of('model_drift_runs_total').filter(
    ({ labels, value }) => labels.status === 'error' && value > 0,
  );
  if (failedRuns.length > 0) {
    checks.push(
      place.warn(`${title}: ${failedRuns[0]!.value} drift runs failed. The log says why.`),
    );
  }
  const failures = of('model_monitor_errors_total').filter(({ value }) => value > 0);
  if (failures.length > 0) {
    const stages = failures.map(({ labels, value }) => `${labels.stage} (${value})`);
    checks.push(
      place.warn(
        `${title}: monitoring failed at ${someOf(stages)}; calls were not affected. The log has the first failure of each stage.`,
      ),
    );
  }
  const folded = of('model_monitor_label_overflow_total').filter(({ value }) => value > 0);
  if (folded.length > 0) {
    checks.push(
      place.warn(
        `${title}: values of ${someOf(folded.map((one) => one.labels.label!))} were counted as __other__, because the label has reached its limit.`,
      ),
    );
  }
  return checks.length > 0 ? checks : [place.ok(`${title} predicts and is compared.`)];
}

function checkLimits(place: Place, find: Find): Check[] {
  const first = (metric: MetricName): number | undefined => find(metric)[0]?.value;
  const checks: Check[] = [];
  const dropped = first('model_monitor_dropped_series_total') ?? 0;
  const held = first('model_monitor_series');
  const limit = first('model_monitor_series_limit');
  if (dropped > 0) {
    checks.push(
      place.fail(
        `${dropped} series were refused, because it may hold ${limit}. Raise monitoring.maximum_series, or watch fewer features.`,
      ),
    );
  } else if (held !== undefined && limit !== undefined) {
    checks.push(place.ok(`It holds ${held} of at most ${limit} series.`));
  }
  if (first('model_monitor_config_last_reload_successful') === 0) {
    checks.push(
      place.fail(
        'The last reload of the configuration failed, and the one before stays in use. Run modelmeter check-config.',
      ),
    );
  }
  const rejected = find('model_monitor_rejected_requests_total').filter(({ value }) => value > 0);
  if (rejected.length > 0) {
    const reasons = rejected.map(
      ({ labels, value }) => `${labels.code} on ${labels.route} (${value})`,
    );
    checks.push(place.warn(`Requests were refused: ${someOf(reasons)}.`));
  }
  return checks;
}
