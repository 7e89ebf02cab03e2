import {
  colored,
  override,
  type PanelContent,
  target,
  thresholds,
  valueFields,
} from './field-config.js';
import { valueLink } from './links.js';
import type { BarChartSpec, TableSpec } from './panels.js';

export function tablePanel(spec: TableSpec, runbookBase: string | undefined): PanelContent {
  const names = valueFields(spec.values.length);
  const shown = [
    ...spec.labels.map(({ label }) => label),
    ...names.filter((_, index) => !spec.values[index]!.hidden),
  ];
  const hidden = names.filter((_, index) => spec.values[index]!.hidden);
  return {
    targets: spec.values.map(({ expression, title }, index) =>
      target({ expression, legend: title }, index, 'table'),
    ),
    defaults: { custom: { align: 'auto', inspect: false, cellOptions: { type: 'auto' } } },
    overrides: [
      ...spec.labels.map(({ label, title, valueNames, links }) =>
        override(label, {
          displayName: title,
          ...colored(undefined, valueNames),
          ...(links === undefined
            ? {}
            : { links: links.map((link) => valueLink(link, runbookBase)) }),
        }),
      ),
      ...spec.values.map(({ title, unit, decimals, steps, valueNames }, index) =>
        override(names[index]!, {
          displayName: title,
          unit,
          ...(decimals === undefined ? {} : { decimals }),
          ...colored(steps, valueNames),
        }),
      ),
    ],
    transformations: [
      { id: 'merge', options: {} },
      { id: 'filterFieldsByName', options: { include: { names: [...shown, ...hidden] } } },
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
          indexByName: Object.fromEntries(shown.map((name, index) => [name, index])),
          renameByName: {},
        },
      },
    ],
    options: {
      frameIndex: 0,
      showHeader: true,
      cellHeight: 'sm',
      ...(spec.sortedBy === undefined
        ? {}
        : { sortBy: [{ displayName: spec.sortedBy, desc: true }] }),
    },
  };
}

export function barChartPanel(spec: BarChartSpec): PanelContent {
  const names = valueFields(spec.bars.length);
  const { order } = spec;
  const orderField =
    order.by === 'bars'
      ? names[spec.bars.findIndex(({ title }) => title === order.title)]!
      : order.label;
  const shown = [spec.category, ...names];
  return {
    targets: spec.bars.map(({ expression, title }, index) =>
      target({ expression, legend: title }, index, 'table'),
    ),
    defaults: {
      min: 0,
      color: { mode: 'palette-classic' },
      thresholds: thresholds(undefined),
      custom: { lineWidth: 1, fillOpacity: 70 },
    },
    overrides: spec.bars.map(({ title }, index) => override(names[index]!, { displayName: title })),
    transformations: [
      { id: 'merge', options: {} },
      ...(order.by === 'bars'
        ? []
        : [
            {
              id: 'convertFieldType',
              options: {
                fields: {},
                conversions: [{ targetField: order.label, destinationType: 'number' }],
              },
            },
          ]),
      {
        id: 'sortBy',
        options: { fields: {}, sort: [{ field: orderField, desc: order.by === 'bars' }] },
      },
      { id: 'filterFieldsByName', options: { include: { names: shown } } },
    ],
    options: {
      xField: spec.category,
      orientation: 'auto',
      xTickLabelRotation: 0,
      xTickLabelMaxLength: 20,
      xTickLabelSpacing: 100,
      stacking: 'none',
      showValue: 'never',
      barWidth: 0.9,
      groupWidth: 0.8,
      fullHighlight: false,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
  };
}
