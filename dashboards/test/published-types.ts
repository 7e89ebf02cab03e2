import type {
  FieldConfig as BarChartFields,
  Options as BarChartOptions,
} from '@grafana/grafana-foundation-sdk/barchart';
import type {
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type {
  FieldConfig as HeatmapFields,
  Options as HeatmapOptions,
} from '@grafana/grafana-foundation-sdk/heatmap';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Options as StatOptions } from '@grafana/grafana-foundation-sdk/stat';
import type {
  FieldConfig as TableFields,
  Options as TableOptions,
} from '@grafana/grafana-foundation-sdk/table';
import type {
  FieldConfig as TimeseriesFields,
  Options as TimeseriesOptions,
} from '@grafana/grafana-foundation-sdk/timeseries';

/**
 * A classic dashboard as Grafana publishes its types, with the options of each type of panel and
 * the queries of Prometheus in the places that the published dashboard leaves open.
 */
export type PublishedDashboard = Omit<Dashboard, 'panels' | 'snapshot'> & {
  panels: (ContentPanel | (Omit<RowPanel, 'panels'> & { panels: ContentPanel[] }))[];
};

type ContentPanel =
  | PanelOf<'timeseries', TimeseriesOptions, TimeseriesFields>
  | PanelOf<'stat', StatOptions, Record<string, never>>
  | PanelOf<'heatmap', HeatmapOptions, HeatmapFields>
  | PanelOf<'table', TableOptions, Partial<TableFields>>
  | PanelOf<'barchart', BarChartOptions, BarChartFields>;

type PanelOf<Type extends string, Options, Fields> = Omit<
  Panel,
  'type' | 'targets' | 'options' | 'fieldConfig'
> & {
  type: Type;
  targets: Omit<Dataquery, '_implementsDataqueryVariant'>[];
  options: Options;
  fieldConfig: Pick<FieldConfigSource, 'overrides'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Fields };
  };
};
