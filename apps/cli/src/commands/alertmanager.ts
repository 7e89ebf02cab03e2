import { basename, posix, resolve } from 'node:path';
import { notificationSecrets, renderAlertmanager } from '@modelmeter/alerts';
import { loadConfig } from '@modelmeter/config-file';
import { CliError } from '../errors.js';
import { writeText } from '../files.js';
import { secretFileProblems } from '../secret-files.js';
import { warn } from '../warn.js';

export interface AlertmanagerCommandOptions {
  readonly config: string;
  readonly out: string;
  readonly secretsFolder?: string;
}

/** `modelmeter alertmanager`: writes the configuration of Alertmanager for the notification channels. */
export async function alertmanagerCommand(options: AlertmanagerCommandOptions): Promise<void> {
  const { config, folder, source } = await loadConfig(options.config);
  const secrets = notificationSecrets(config.alerts, source);
  const { secretsFolder } = options;
  if (secretsFolder !== undefined) refuseSameNames(secrets.map(({ file }) => file));
  const text = renderAlertmanager(config.alerts, {
    source: basename(options.config),
    // Alertmanager resolves relative paths from the folder that it was started in.
    secretPath: (file) =>
      secretsFolder === undefined
        ? resolve(folder, file)
        : posix.join(secretsFolder, basename(file)),
  });
  await writeText(options.out, text);
  if (config.alerts.notificationChannel === undefined) {
    warn(
      'alerts.notification_channel is not set, so no notifications are sent. Set it to slack, email, pagerduty or webhook.',
    );
  }
  for (const problem of await secretFileProblems(secrets, folder, source)) warn(problem);
}

function refuseSameNames(files: readonly string[]): void {
  const names = files.map((file) => basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new CliError(
      'OPTION_INVALID',
      `--secrets-folder finds secret files by their names, and two are called ${twice}. Rename one.`,
    );
  }
}
