import type { MonitorOptions } from '@modelmeter/core';
import type { ModelEvent } from './webhooks.js';

/** Hooks of one model that send its changes to the webhooks. */
export function modelEvents(
  model: { readonly name: string; readonly version: string },
  send: (event: ModelEvent) => void,
): NonNullable<MonitorOptions['hooks']> {
  const of = { model: model.name, version: model.version };
  let drifted = '';
  return {
    onDrift({ timeMs, driftedFeatures }) {
      const found = [...driftedFeatures].sort();
      const now = JSON.stringify(found);
      // The same features in drift again change nothing, and neither does a first run without any.
      const isChange = drifted === '' ? found.length > 0 : now !== drifted;
      drifted = now;
      if (!isChange) return;
      const time = new Date(timeMs).toISOString();
      send({ type: 'drift', data: { ...of, time, driftedFeatures: found } });
    },
    onQuality: (change) => send({ type: 'quality', data: { ...of, ...change } }),
    onBudget: (change) => send({ type: 'budget', data: { ...of, ...change } }),
    onComparison: (comparison) => send({ type: 'comparison', data: { ...of, ...comparison } }),
  };
}
