import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type CommandOutcome,
  configOfModel,
  repository,
  useCommand,
  useFolder,
} from './support.js';

const folder = useFolder();
const { run, succeed } = useCommand(folder);

describe('modelmeter alertmanager', () => {
  it('writes the file of the compose stack from the example configuration', async () => {
    const config = join(repository, 'config.example.yaml');
    const { stderr } = await succeed(['alertmanager', '--config', config, '--out', 'stack.yml']);
    expect(stderr).toBe('');
    expect(await readFile(folder.path('stack.yml'), 'utf8')).toBe(
      await readFile(join(repository, 'deploy/alertmanager.yml'), 'utf8'),
    );
  });

  it('names secret files by whole paths, or where Alertmanager will find them', async () => {
    const config = await folder.write(
      'slack.yaml',
      `alerts:
  notification_channel: [slack, pagerduty]
  pagerduty: { routing_key_file: /run/secrets/key }
${configOfModel}`,
    );
    const secretsIn = async (...args: readonly string[]) => {
      await succeed(['alertmanager', '--config', config, '--out', 'slack.yml', ...args]);
      const { receivers } = parse(await readFile(folder.path('slack.yml'), 'utf8'));
      return [
        receivers[0].slack_configs[0].api_url_file,
        receivers[1].pagerduty_configs[0].routing_key_file,
      ];
    };
    expect(await secretsIn()).toEqual([folder.path('secrets/slack_url'), '/run/secrets/key']);
    expect(await secretsIn('--secrets-folder', '/etc/alertmanager/secrets')).toEqual([
      '/etc/alertmanager/secrets/slack_url',
      '/etc/alertmanager/secrets/key',
    ]);
  });

  it('refuses two secret files of one name in one folder', async () => {
    const config = await folder.write(
      'same.yaml',
      `alerts:
  notification_channel: [slack, pagerduty]
  slack: { api_url_file: slack/key }
  pagerduty: { routing_key_file: pagerduty/key }
${configOfModel}`,
    );
    const { code, stderr } = await run([
      ...['alertmanager', '--config', config, '--out', 'same.yml', '--secrets-folder', '/etc/s'],
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/two are called key\. Rename one\./);
  });

  it('warns about a secret file that does not exist, and about alerts without a channel', async () => {
    const slack = await folder.write(
      'warn.yaml',
      `alerts: { notification_channel: slack }\n${configOfModel}`,
    );
    const missing = await succeed(['alertmanager', '--config', slack, '--out', 'warn.yml']);
    expect(missing.stderr).toMatch(/alerts\.slack\.api_url_file .*slack_url does not exist/);
    const none = await folder.write('silent.yaml', configOfModel);
    const silent = await succeed(['alertmanager', '--config', none, '--out', 'silent.yml']);
    expect(silent.stderr).toMatch(
      /warning: alerts\.notification_channel is not set, so no notifications are sent/,
    );
  });

  it('refuses a channel without its settings', async () => {
    const config = await folder.write(
      'mail.yaml',
      `alerts: { notification_channel: email }\n${configOfModel}`,
    );
    const { code, stderr } = await run(['alertmanager', '--config', config, '--out', 'mail.yml']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/alerts\.email .line 1.: is missing; .* needs to, from and smarthost/);
  });
});

describe('modelmeter check-config', () => {
  const setting = 'alerts.slack.api_url_file (line 3): ';

  /** Checks a configuration whose secret file has the text and the mode; none for null. */
  async function check(name: string, secret: string | null, mode = 0o600): Promise<CommandOutcome> {
    const path = folder.path(`${name}/config.yaml`);
    await mkdir(dirname(path));
    await writeFile(
      path,
      `alerts:\n  notification_channel: slack\n  slack: { api_url_file: slack_url }\n${configOfModel}`,
    );
    if (secret !== null) {
      await writeFile(folder.path(`${name}/slack_url`), secret);
      await chmod(folder.path(`${name}/slack_url`), mode);
    }
    return run(['check-config', path]);
  }

  it('accepts a secret file that only its owner and group may read', async () => {
    expect((await check('good', 'https://hooks.slack.com/services/T/B/X\n', 0o640)).code).toBe(0);
  });

  it.each([
    [
      'missing',
      null,
      0o600,
      'does not exist; write the URL of a Slack incoming webhook into it and run: chmod 600',
    ],
    ['empty', ' \n', 0o600, 'is empty; write the URL of a Slack incoming webhook into it'],
    [
      'open',
      'https://hooks.slack.com/',
      0o644,
      'is open to every user of this machine (mode 644); run: chmod o= ',
    ],
  ] as const)('finds a secret file that is %s', async (name, secret, mode, problem) => {
    const { code, stdout, stderr } = await check(name, secret, mode);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${setting}${folder.path(`${name}/slack_url`)} ${problem}`);
    expect(stderr).not.toContain('hooks.slack.com');
  });

  it('finds a folder where a secret file should be', async () => {
    await mkdir(folder.path('folder/slack_url'), { recursive: true });
    const path = await folder.write(
      'folder/config.yaml',
      `alerts:\n  notification_channel: slack\n  slack: { api_url_file: slack_url }\n${configOfModel}`,
    );
    const { code, stderr } = await run(['check-config', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/slack_url cannot be read \(.*\); name a file/);
  });

  it('finds a mail password that ends with a line break', async () => {
    await folder.write('password', 'swordfish\n');
    await chmod(folder.path('password'), 0o600);
    const path = await folder.write(
      'password.yaml',
      `alerts:
  notification_channel: email
  email:
    to: a@example.org
    from: b@example.org
    smarthost: smtp.example.org:587
    auth_username: b
    auth_password_file: password
${configOfModel}`,
    );
    const { code, stderr } = await run(['check-config', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/auth_password_file \(line 8\): .*ends with a line break.*before 0\.27/);
  });

  it('looks at the files of the channels that are named, and at no others', async () => {
    const path = await folder.write(
      'other.yaml',
      `alerts:
  notification_channel: webhook
  webhook: { url: "http://localhost:9/" }
  slack: { api_url_file: not_there }
${configOfModel}`,
    );
    await succeed(['check-config', path]);
  });
});
