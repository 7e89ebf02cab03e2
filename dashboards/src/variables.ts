import type { Variable } from './grafana.js';

/** The variables that a dashboard can have beside the data source. */
export type VariableSpec = 'job' | 'instance' | 'model_name' | 'feature';

const declarations: Readonly<Record<VariableSpec, { metric: string; multi: boolean }>> = {
  job: { metric: 'model_monitor_build_info', multi: true },
  instance: { metric: 'model_monitor_build_info{job=~"$job"}', multi: true },
  model_name: { metric: 'model_info{job=~"$job"}', multi: true },
  feature: {
    metric: 'model_feature_reference_samples{job=~"$job",model_name=~"$model_name"}',
    multi: false,
  },
};

/** The data source first, then the named variables in their order. */
export function variables(names: readonly VariableSpec[]): Variable[] {
  return [
    {
      name: 'datasource',
      label: 'Data source',
      type: 'datasource',
      query: 'prometheus',
      current: {},
      hide: 0,
      refresh: 1,
    },
    ...names.map(queryVariable),
  ];
}

function queryVariable(name: VariableSpec): Variable {
  const { metric, multi } = declarations[name];
  const query = `label_values(${metric}, ${name})`;
  return {
    name,
    label: name,
    type: 'query',
    datasource: { type: 'prometheus', uid: '$datasource' },
    query,
    definition: query,
    refresh: 2,
    sort: 1,
    multi,
    includeAll: multi,
    ...(multi ? { allValue: '.+', current: { text: 'All', value: '$__all' } } : { current: {} }),
    hide: 0,
  };
}
