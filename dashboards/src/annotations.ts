import type { Annotation } from './grafana.js';
import { alertSelector, modelSelector } from './selectors.js';

/**
 * Events marked on every panel over time. An event is a series that exists at a step of the query but
 * not one step before, so that each event gives one mark for any length of the shown time.
 */
export const annotations: readonly Annotation[] = [
  annotation({
    name: 'Alerts',
    color: 'red',
    expression: `ALERTS{${alertSelector}}`,
    title: '{{alertname}}',
    text: '{{model_name}} {{model_version}} {{feature}}',
  }),
  annotation({
    name: 'Model loads',
    color: 'blue',
    expression: appeared(
      `max by (model_name, model_version, runtime, reference_id) (model_info{${modelSelector}})`,
      `max by (model_name, model_version, runtime, reference_id) (model_info{${modelSelector}} offset $__interval)`,
    ),
    title: '{{model_name}} {{model_version}} loaded',
    text: 'runtime {{runtime}}, reference {{reference_id}}',
  }),
  annotation({
    name: 'Drift runs',
    color: 'purple',
    expression: appeared(
      `max by (model_name, model_version) (model_drift_last_success_timestamp_seconds{${modelSelector}})`,
      `(max by (model_name, model_version) (model_drift_last_success_timestamp_seconds{${modelSelector}}) == max by (model_name, model_version) (model_drift_last_success_timestamp_seconds{${modelSelector}} offset $__interval))`,
    ),
    title: 'Drift run',
    text: '{{model_name}} {{model_version}}',
  }),
];

function appeared(now: string, before: string): string {
  return `${now}\nunless\n${before}`;
}

function annotation(spec: {
  readonly name: string;
  readonly color: string;
  readonly expression: string;
  readonly title: string;
  readonly text: string;
}): Annotation {
  return {
    name: spec.name,
    datasource: { type: 'prometheus', uid: '$datasource' },
    enable: true,
    iconColor: spec.color,
    expr: spec.expression,
    titleFormat: spec.title,
    textFormat: spec.text,
    // The smallest step. One above the scrape interval would differ from the interval of the query.
    step: '15s',
  };
}
