import { basename, dirname, isAbsolute, posix, relative, resolve, sep } from 'node:path';
import { notificationChannels, renderAlertmanager } from '@modelmeter/alerts';
import { loadConfig } from '@modelmeter/config-file';
import { CliError } from '../errors.js';
import { writeText } from '../files.js';
import { secretFileProblems } from '../secret-files.js';

export interface AlertmanagerCommandOptions {
  readonly config: string;
  readonly out: string;
  readonly secretsFolder?: string;
}

/** `modelmeter alertmanager`: what Alertmanager sends where, from the alerts of a configuration. */
export async function alertmanagerCommand(options: AlertmanagerCommandOptions): Promise<void> {
  const { config, folder, describeLine } = await loadConfig(options.config);
  const secrets = notificationChannels(config.alerts).flatMap((channel) => channel.secrets);
  const { secretsFolder } = options;
  if (secretsFolder !== undefined) refuseSameNames(secrets.map(({ file }) => file));
  const text = renderAlertmanager(config.alerts, {
    source: basename(options.config),
    secretPath: (file) =>
      secretsFolder === undefined
        ? pathSeenFrom(dirname(resolve(options.out)), folder, file)
        : posix.join(secretsFolder, basename(file)),
  });
  await writeText(options.out, text);
  if (config.alerts.notification_channel === undefined) {
    warn('alerts.notification_channel is not set, so nobody is notified; name a channel there.');
  }
  for (const problem of await secretFileProblems(secrets, folder, describeLine)) warn(problem);
}

/** Alertmanager takes a relative path from the folder of its own configuration. */
function pathSeenFrom(outFolder: string, configFolder: string, file: string): string {
  if (isAbsolute(file)) return file;
  return relative(outFolder, resolve(configFolder, file)).split(sep).join('/');
}

function refuseSameNames(files: readonly string[]): void {
  const names = files.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new CliError(
      'OPTION_INVALID',
      `--secrets-folder takes secret files by their names, and two are called ${twice}. Rename one.`,
    );
  }
}

function warn(message: string): void {
  process.stderr.write(`modelmeter: ${message}\n`);
}
