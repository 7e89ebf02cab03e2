import { notificationSecrets } from '@modelmeter/alerts';
import { loadConfig, prepareModel, writtenConfig } from '@modelmeter/config-file';
import { stringify } from 'yaml';
import { CliError } from '../errors.js';
import { secretFileProblems } from '../secret-files.js';

/**
 * `modelmeter check-config`: prints the configuration with its defaults, or what is wrong with it.
 * Every model is prepared as the exporter prepares it, so both refuse the same configurations.
 */
export async function checkConfigCommand(path: string): Promise<void> {
  const loaded = await loadConfig(path);
  const { config, folder, source } = loaded;
  for (const model of config.models) await prepareModel(loaded, model);
  const secrets = notificationSecrets(config.alerts, source);
  const problems = await secretFileProblems(secrets, folder, source);
  if (problems.length > 0) {
    throw new CliError(
      'SECRET_UNUSABLE',
      `The alerts of ${path} could not be sent:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  process.stdout.write(stringify(writtenConfig(config)));
}
