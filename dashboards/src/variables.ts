import type { Variable } from './grafana.js';

/** The variables that a dashboard can have in addition to the data source, named after a label. */
export type VariableName = 'job' | 'instance' | 'model_name' | 'model_version' | 'feature';

/** A variable of a dashboard; `single` allows only one value at a time. */
export interface VariableSpec {
  readonly name: VariableName;
  readonly single?: boolean;
}

const declarations: Readonly<Record<VariableName, { label: string; metric: string }>> = {
  job: { label: 'job', metric: 'model_info' },
  instance: { label: 'instance', metric: 'model_info{job=~"$job"}' },
  model_name: { label: 'Model', metric: 'model_info{job=~"$job"}' },
  model_version: {
    label: 'Version',
    metric: 'model_info{job=~"$job",model_name=~"$model_name"}',
  },
  feature: {
    label: 'Feature',
    metric:
      'model_feature_reference_samples{job=~"$job",model_name=~"$model_name",model_version=~"$model_version"}',
  },
};

/** The variables that select model versions. */
export const modelVariables: readonly VariableSpec[] = [
  { name: 'job' },
  { name: 'instance' },
  { name: 'model_name' },
  { name: 'model_version' },
];

/** The data source, then the named variables in order. */
export function variables(specs: readonly VariableSpec[]): Variable[] {
  return [
    {
      name: 'datasource',
      label: 'Data source',
      type: 'datasource',
      query: 'prometheus',
      hide: 0,
      refresh: 1,
    },
    ...specs.map(queryVariable),
  ];
}

function queryVariable({ name, single = false }: VariableSpec): Variable {
  const { label, metric } = declarations[name];
  const query = `label_values(${metric}, ${name})`;
  return {
    name,
    label,
    type: 'query',
    datasource: { type: 'prometheus', uid: '$datasource' },
    query,
    definition: query,
    refresh: 2,
    sort: 1,
    multi: !single,
    includeAll: !single,
    ...(single ? {} : { allValue: '.+', current: { text: 'All', value: '$__all' } }),
    hide: 0,
  };
}
