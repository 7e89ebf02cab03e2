import { loadConfig } from '@modelmeter/config-file';
import { createDriftRules, loadStatistics, outputFeature } from '@modelmeter/core';
import { writtenConfig } from '@modelmeter/core/config';
import { stringify } from 'yaml';

/** `modelmeter check-config`: prints the configuration with its defaults, or what is wrong. */
export async function checkConfigCommand(path: string): Promise<void> {
  const { config, folder } = await loadConfig(path);
  const statistics = await loadStatistics(config.drift_detection.statistics, folder);
  for (const { features, outputs } of config.models) {
    createDriftRules(config.drift_detection, [...features, outputFeature(outputs)], statistics);
  }
  process.stdout.write(stringify(writtenConfig(config)));
}
