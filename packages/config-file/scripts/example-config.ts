import { parseSettings } from '@modelmeter/core/settings';
import { type ExporterConfig, exporterSchema } from '../src/index.js';

/** A configuration with every optional section and nothing but defaults in them. */
export function parseExample(): ExporterConfig {
  return parseSettings(exporterSchema, {
    driftDetection: { prometheus: {} },
    alerts: {
      slack: {},
      email: { to: 'a@example.org', from: 'a@example.org', smarthost: 'smtp.example.org:587' },
      pagerduty: {},
      webhook: { url: 'http://example.org' },
    },
    models: [
      {
        name: 'example',
        type: 'external',
        features: [{ name: 'x', type: 'numeric' }],
        outputs: { task: 'regression', value: 'y' },
      },
      {
        name: 'example',
        version: '2',
        type: 'external',
        features: [{ name: 'x', type: 'numeric' }],
        outputs: { task: 'regression', value: 'y' },
        champion: { version: '1' },
      },
    ],
  });
}
