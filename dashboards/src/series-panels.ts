import {
  bounds,
  type Json,
  type PanelContent,
  refId,
  target,
  thresholds,
  valueMappings,
} from './field-config.js';
import type { HeatmapSpec, StatSpec, TimeseriesSpec } from './panels.js';

export function timeseriesPanel(spec: TimeseriesSpec): PanelContent {
  return {
    targets: spec.queries.map((query, index) => target(query, index, 'range')),
    defaults: {
      ...bounds(spec),
      color: { mode: 'palette-classic' },
      thresholds: thresholds(
        spec.line === undefined
          ? undefined
          : [
              { from: null, color: 'transparent' },
              { from: spec.line, color: 'red' },
            ],
      ),
      custom: {
        drawStyle: 'line',
        lineWidth: 1,
        fillOpacity: spec.stacked ? 30 : 0,
        showPoints: 'never',
        spanNulls: false,
        stacking: { mode: spec.stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: spec.line === undefined ? 'off' : 'dashed' },
      },
    },
    overrides: spec.queries.flatMap(({ isThreshold }, index) =>
      isThreshold ? [thresholdLine(refId(index))] : [],
    ),
    options: {
      legend: {
        displayMode: 'table',
        placement: 'bottom',
        showLegend: true,
        calcs: ['lastNotNull', 'max'],
      },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

export function statPanel(spec: StatSpec): PanelContent {
  return {
    targets: spec.queries.map((query, index) => target(query, index, 'instant')),
    defaults: {
      ...bounds(spec),
      color: { mode: 'thresholds' },
      thresholds: thresholds(spec.steps),
      mappings: valueMappings(spec.valueNames),
    },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      orientation: 'auto',
      justifyMode: 'auto',
      colorMode: 'value',
      graphMode: 'none',
      textMode: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
  };
}

export function heatmapPanel(spec: HeatmapSpec): PanelContent {
  return {
    targets: spec.queries.map((query, index) => ({
      ...target(query, index, 'range'),
      format: 'heatmap',
    })),
    defaults: bounds(spec),
    options: {
      calculate: false,
      color: {
        mode: 'scheme',
        scheme: 'Oranges',
        fill: 'dark-orange',
        exponent: 0.5,
        steps: 64,
        reverse: false,
      },
      yAxis: { unit: spec.unit },
      cellGap: 1,
      cellValues: { unit: 'short' },
      showValue: 'never',
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      tooltip: { mode: 'single', yHistogram: true },
      legend: { show: true },
    },
  };
}

/** Draws a query as a dashed red line. */
function thresholdLine(ref: string): Json {
  return {
    matcher: { id: 'byFrameRefID', options: ref },
    properties: [
      { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } },
      { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
      { id: 'custom.lineWidth', value: 2 },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
    ],
  };
}
