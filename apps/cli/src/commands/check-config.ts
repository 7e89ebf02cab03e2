import { notificationChannels } from '@modelmeter/alerts';
import { loadConfig } from '@modelmeter/config-file';
import { createDriftPolicy, loadStatistics, outputFeature } from '@modelmeter/core';
import { writtenConfig } from '@modelmeter/core/config';
import { stringify } from 'yaml';
import { CliError } from '../errors.js';
import { secretFileProblems } from '../secret-files.js';

/** `modelmeter check-config`: prints the configuration with its defaults, or what is wrong. */
export async function checkConfigCommand(path: string): Promise<void> {
  const { config, folder, describeLine } = await loadConfig(path);
  const statistics = await loadStatistics(config.drift_detection.statistics, folder);
  for (const { features, outputs } of config.models) {
    createDriftPolicy(config.drift_detection, [...features, outputFeature(outputs)], statistics);
  }
  const secrets = notificationChannels(config.alerts).flatMap((channel) => channel.secrets);
  const problems = await secretFileProblems(secrets, folder, describeLine);
  if (problems.length > 0) {
    throw new CliError(
      'SECRET_UNUSABLE',
      `The alerts of ${path} could not be sent:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  process.stdout.write(stringify(writtenConfig(config)));
}
