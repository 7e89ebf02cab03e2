import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  type ReceivedMail,
  type ReceivedRequest,
  type Receiver,
  startHttpReceiver,
  startMailServer,
} from '../receivers.js';
import { scaleFile } from '../scaled-config.js';
import {
  freePort,
  getJson,
  missingPrograms,
  type Program,
  startProgram,
  waitFor,
} from '../servers.js';
import { report } from '../summary.js';

const command = new URL('../../apps/cli/dist/bin.js', import.meta.url).pathname;

const missing = missingPrograms(['prometheus-alertmanager']);
if (missing.length > 0) {
  const text =
    'NOT RUN: the deliveries need prometheus-alertmanager, not installed here (Debian: apt-get install prometheus-alertmanager)';
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface AlertState {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

interface SlackMessage {
  readonly channel: string;
  readonly attachments: readonly {
    readonly color: string;
    readonly title: string;
    readonly text: string;
  }[];
}

interface PagerDutyEvent {
  readonly routing_key: string;
  readonly dedup_key: string;
  readonly event_action: string;
  readonly payload: {
    readonly summary: string;
    readonly severity: string;
    readonly component: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

interface WebhookBody {
  readonly status: string;
  readonly alerts: readonly (Alert & { readonly status: string })[];
}

const runbook = 'http://localhost:8001/runbooks/data_drift_detected#modeldatadrift';
const dashboard = 'http://localhost:3000/d/modelmeter-data-drift?var-feature=origin';

/** The description contains value and threshold, as in the rules. */
function descriptionOf(feature: string, model: string, severity: string): string {
  return `The population stability index of feature ${feature} of ${model} 3 is 0.412 over <all> & any replica; its threshold is 0.25 (${severity}).`;
}

function drift(feature: string, severity = 'warning', model = 'late-flights'): Alert {
  return {
    labels: {
      alertname: 'ModelDataDrift',
      job: 'modelmeter',
      model_name: model,
      model_version: '3',
      feature,
      severity,
    },
    annotations: {
      summary: 'A feature has drifted.',
      description: descriptionOf(feature, model, severity),
      runbook_url: runbook,
      dashboard_url: dashboard,
    },
  };
}

const watchdog: Alert = { labels: { alertname: 'Watchdog', severity: 'none' }, annotations: {} };

/** An alert about the errors of one model. */
function burn(alertname: string, severity: string, window?: string): Alert {
  const { labels, annotations } = drift('', severity, 'bursting');
  const { feature: _, ...ofModel } = labels;
  return {
    labels: { ...ofModel, alertname, ...(window === undefined ? {} : { window, slo: 'errors' }) },
    annotations,
  };
}

describe.skipIf(missing.length > 0)(
  'the notifications of Alertmanager with the generated configuration',
  () => {
    let folder: string;
    let alertmanager: Program;
    let alertmanagerUrl: string;
    let http: Receiver<ReceivedRequest>;
    let mail: Receiver<ReceivedMail>;
    const deliveries = {
      slack: { expected: 0, arrived: 0 },
      email: { expected: 0, arrived: 0 },
      pagerduty: { expected: 0, arrived: 0 },
      webhook: { expected: 0, arrived: 0 },
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'modelmeter-deliveries-'));
      http = await startHttpReceiver();
      mail = await startMailServer();
      const config = await writeConfiguration();
      const out = join(folder, 'alertmanager', 'alertmanager.yml');
      modelmeter('check-config', config);
      expect(modelmeter('alertmanager', '--config', config, '--out', out)).toBe('');
      // Only durations differ from the generated configuration.
      await writeFile(out, await scaleFile(out, { factor: 60, shortestMs: 100, addresses: {} }));

      const port = await freePort();
      alertmanagerUrl = `http://127.0.0.1:${port}`;
      alertmanager = startProgram('prometheus-alertmanager', [
        `--config.file=${out}`,
        `--storage.path=${join(folder, 'storage')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ]);
      const isReady = async () =>
        (await fetch(`${alertmanagerUrl}/-/ready`)).ok ? true : undefined;
      await waitFor('Alertmanager', isReady, { timeoutMs: 120_000, program: alertmanager });
    });

    afterAll(async () => {
      await alertmanager?.stop();
      http?.close();
      mail?.close();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    });

    async function writeConfiguration(): Promise<string> {
      const secrets = {
        slack_url: `http://${http.address}/slack`,
        smtp_password: 'swordfish',
        pagerduty_key: '0123456789abcdef',
        webhook_token: 'open-sesame',
        heartbeat_token: 'still-alive',
      };
      await mkdir(join(folder, 'secrets'));
      await mkdir(join(folder, 'alertmanager'));
      for (const [name, secret] of Object.entries(secrets)) {
        // With a line break at the end, as editors write it, except where Alertmanager rejects it.
        const text = name === 'smtp_password' ? secret : `${secret}\n`;
        await writeFile(join(folder, 'secrets', name), text, { mode: 0o600 });
      }
      const config = join(folder, 'config.yaml');
      await writeFile(
        config,
        stringify({
          alerts: {
            notification_channel: ['slack', 'email', 'pagerduty', 'webhook'],
            slack: { channel: '#models' },
            email: {
              to: ['models@example.org', 'duty@example.org'],
              from: 'alertmanager@example.org',
              smarthost: mail.address,
              auth_username: 'alertmanager',
              auth_password_file: 'secrets/smtp_password',
              require_tls: false,
            },
            pagerduty: { url: `http://${http.address}/pagerduty` },
            webhook: {
              url: `http://${http.address}/webhook`,
              bearer_token_file: 'secrets/webhook_token',
            },
            heartbeat: {
              url: `http://${http.address}/heartbeat`,
              bearer_token_file: 'secrets/heartbeat_token',
            },
          },
          models: [
            {
              name: 'late-flights',
              type: 'external',
              features: [{ name: 'origin', type: 'categorical' }],
              outputs: { task: 'binary', score: 'probability' },
            },
          ],
        }),
      );
      return config;
    }

    /** Runs the command and returns its standard error. */
    function modelmeter(...args: readonly string[]): string {
      const { status, stderr } = spawnSync('node', [command, ...args], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      return stderr;
    }

    async function post(alerts: readonly Alert[], endsAt?: Date): Promise<void> {
      const body = JSON.stringify(
        alerts.map((alert) => ({ ...alert, ...(endsAt === undefined ? {} : { endsAt }) })),
      );
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${alertmanagerUrl}/api/v2/alerts`, {
        method: 'POST',
        headers,
        body,
      });
      expect(answer.status, await answer.text()).toBe(200);
    }

    async function arrival<Result>(
      channel: keyof typeof deliveries,
      what: string,
      find: () => Result | undefined,
    ): Promise<Result> {
      const count = deliveries[channel];
      count.expected += 1;
      const found = await waitFor(`${what} by ${channel}`, async () => find(), {
        timeoutMs: 120_000,
        everyMs: 50,
        program: alertmanager,
      });
      count.arrived += 1;
      return found;
    }

    function bodies<Body>(path: string): Body[] {
      return http.received
        .filter((request) => request.path === path)
        .map(({ body }) => JSON.parse(body) as Body);
    }

    const slack = (title: string) =>
      arrival('slack', `"${title}"`, () =>
        bodies<SlackMessage>('/slack').find(({ attachments }) => attachments[0]?.title === title),
      );
    const pagerDuty = (action: string, summary: string) =>
      arrival('pagerduty', `${action} "${summary}"`, () =>
        bodies<PagerDutyEvent>('/pagerduty').find(
          ({ event_action, payload }) => event_action === action && payload.summary === summary,
        ),
      );
    const letter = (subject: string) =>
      arrival('email', `"${subject}"`, () =>
        mail.received.find(({ text }) => text.includes(`Subject: ${subject}\r\n`)),
      );

    it('contain model, feature, value, threshold and links in Slack', async () => {
      await post([drift('origin')]);
      const message = await slack('[FIRING:1] ModelDataDrift late-flights');
      expect(message.channel).toBe('#models');
      expect(message.attachments[0]?.color).toBe('warning');
      expect(message.attachments[0]?.text.trim().split('\n')).toEqual([
        descriptionOf('origin', 'late-flights', 'warning').replace(
          '<all> & any',
          '&lt;all&gt; &amp; any',
        ),
        '*Model:* late-flights  *Version:* 3  *Feature:* origin  *Severity:* warning',
        `<${runbook}|Runbook>  <${dashboard}|Dashboard>`,
      ]);
    });

    it('contain the same by mail, as text and as HTML', async () => {
      const { text, ...envelope } = await letter(
        '[FIRING:1] ModelDataDrift late-flights: A feature has drifted.',
      );
      expect(envelope).toEqual({
        user: 'alertmanager',
        password: 'swordfish',
        from: 'alertmanager@example.org',
        to: ['models@example.org', 'duty@example.org'],
      });
      const [, plain, page] = text.split(/^Content-Type: /m).slice(-3);
      expect(plain).toMatch(/^text\/plain/);
      expect(plain).toContain(
        'Model: late-flights  Version: 3  Feature: origin  Severity: warning',
      );
      expect(plain).toContain(`Runbook: ${runbook}  Dashboard: ${dashboard}`);
      expect(page).toMatch(/^text\/html/);
      expect(page).toContain('is 0.412 over &lt;all&gt; &amp; any replica; its threshold is 0.25');
      expect(page).toContain('<b>Feature:</b> origin &ensp; <b>Severity:</b> warning');
      expect(page).toContain(`<a href="${runbook}">Runbook</a>`);
      expect(page).toContain(`<a href="${dashboard}">Dashboard</a>`);
    });

    it('reach a webhook in the format of Alertmanager, with the token', async () => {
      const find = () => http.received.find(({ path }) => path === '/webhook');
      const { authorization, body } = await arrival('webhook', 'the alert', find);
      expect(authorization).toBe('Bearer open-sesame');
      expect((JSON.parse(body) as WebhookBody).alerts[0]).toMatchObject(drift('origin'));
    });

    it('reach PagerDuty only for critical alerts', async () => {
      await post([drift('origin', 'critical', 'churn')]);
      const event = await pagerDuty(
        'trigger',
        '[FIRING:1] ModelDataDrift churn: A feature has drifted.',
      );
      expect(event).toMatchObject({
        routing_key: '0123456789abcdef',
        payload: { severity: 'critical', component: 'churn', class: 'ModelDataDrift' },
        links: [
          { href: runbook, text: 'Runbook' },
          { href: dashboard, text: 'Dashboard' },
        ],
      });
      expect(event.payload.custom_details.model).toBe('churn 3');
      expect(event.payload.custom_details.firing?.trim().split('\n')).toEqual([
        descriptionOf('origin', 'churn', 'critical'),
        'Model: churn  Version: 3  Feature: origin  Severity: critical',
        `Runbook: ${runbook}  Dashboard: ${dashboard}`,
      ]);
      expect((await slack('[FIRING:1] ModelDataDrift churn')).attachments[0]?.color).toBe('danger');
      expect(http.received.filter(({ path }) => path === '/pagerduty')).toHaveLength(1);
    });

    it('combine many features of a model in one message that lists ten and counts the others', async () => {
      const features = Array.from({ length: 12 }, (_, index) => `f${index}`);
      await post(features.map((feature) => drift(feature, 'warning', 'wide')));
      const { attachments } = await slack('[FIRING:12] ModelDataDrift wide');
      expect(attachments[0]?.text.match(/\*Feature:\*/g)).toHaveLength(10);
      expect(attachments[0]?.text).toContain('… firing in total: 12');
    });

    it('omit a warning while the critical alert of the same name fires', async () => {
      const [critical, warning] = [
        drift('age', 'critical', 'mute'),
        drift('age', 'warning', 'mute'),
      ];
      await post([critical, warning]);
      await slack('[FIRING:1] ModelDataDrift mute');
      const states = await getJson<AlertState[]>(
        `${alertmanagerUrl}/api/v2/alerts?filter=model_name="mute"`,
      );
      const stateOf = (severity: string) =>
        states.find(({ labels }) => labels.severity === severity)?.status;
      expect(stateOf('critical')?.state).toBe('active');
      expect(stateOf('warning')?.state).toBe('suppressed');
      expect(stateOf('warning')?.inhibitedBy).toHaveLength(1);
      // A later alert of the same kind has arrived, so the inhibited one would have arrived, too.
      await post([drift('age', 'warning', 'later')]);
      await slack('[FIRING:1] ModelDataDrift later');
      const received = http.received.map(({ body }) => body).join('\n');
      expect(received).toContain('feature age of mute 3');
      expect(received).not.toMatch(/feature age of mute 3[^"]*\(warning\)/);
    });

    it('report that an alert is resolved', async () => {
      const isOver = new Date(Date.now() - 1000);
      await post([drift('origin', 'critical', 'churn')], isOver);
      const summary = 'ModelDataDrift churn: A feature has drifted.';
      const resolved = await pagerDuty('resolve', `[RESOLVED] ${summary}`);
      const triggered = await pagerDuty('trigger', `[FIRING:1] ${summary}`);
      expect(resolved.dedup_key).toBe(triggered.dedup_key);
      expect(resolved.payload.custom_details.resolved).toMatch(/^Resolved\. The population/);
      const { attachments } = await slack('[RESOLVED] ModelDataDrift churn');
      expect(attachments[0]?.color).toBe('good');
      expect(attachments[0]?.text).toMatch(/^\*Resolved\.\* The population/);
      expect((await letter(`[RESOLVED] ${summary}`)).text).toContain('<b>Resolved.</b>');
      await arrival('webhook', 'the end of the alert', () =>
        bodies<WebhookBody>('/webhook').find(({ status }) => status === 'resolved'),
      );
    });

    it('are not sent for alerts about the alerting pipeline', async () => {
      await post([watchdog, drift('age', 'critical', 'after-the-watchdog')]);
      await slack('[FIRING:1] ModelDataDrift after-the-watchdog');
      const messages = http.received.filter(({ path }) => path !== '/heartbeat');
      expect(messages.map(({ body }) => body).join('\n')).not.toContain('"Watchdog"');
    });

    it('send a heartbeat again and again, with its token, and nothing else there', async () => {
      await post([watchdog]);
      const beats = () => http.received.filter(({ path }) => path === '/heartbeat');
      // An interval is a second here.
      await waitFor('five heartbeats', async () => beats().length >= 5 || undefined, {
        timeoutMs: 60_000,
        program: alertmanager,
      });
      for (const { authorization, body } of beats()) {
        expect(authorization).toBe('Bearer still-alive');
        const { status, alerts } = JSON.parse(body) as WebhookBody;
        expect(status).toBe('firing');
        expect(alerts.map(({ labels }) => labels.alertname)).toEqual(['Watchdog']);
      }
    });

    it('are noticed when they stop, by the receiver of the guide', async () => {
      const guide = await readFile(new URL('../../docs/heartbeat.md', import.meta.url), 'utf8');
      const [, code = ''] = /```js\n([\s\S]*?)```/.exec(guide) ?? [];
      const script = join(folder, 'heartbeat-receiver.mjs');
      await writeFile(script, code);
      const port = await freePort();
      const receiver = startProgram('node', [script], {
        PORT: String(port),
        LIMIT_SECONDS: '2',
        TOKEN: 'still-alive',
      });
      const beat = (token: string) =>
        fetch(`http://127.0.0.1:${port}/heartbeat`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
          body: '{}',
        });
      const says = (text: string) =>
        waitFor(text, async () => receiver.output().includes(text) || undefined, {
          timeoutMs: 60_000,
          everyMs: 50,
          program: receiver,
        });
      try {
        await says('The heartbeat is missing');
        expect((await beat('someone else')).status).toBe(401);
        expect(receiver.output()).not.toContain('is back');
        expect((await beat('still-alive')).status).toBe(204);
        await says('The heartbeat is back');
      } finally {
        await receiver.stop();
      }
    });

    it('do not report the end of an alert that was inhibited from the start', async () => {
      const warning = burn('ModelErrorRateHigh', 'warning');
      const later = burn('ModelErrorBudgetBurn', 'critical', '6h');
      const critical = burn('ModelErrorBudgetBurn', 'critical', '1h');
      await post([critical, later, warning]);
      await slack('[FIRING:1] ModelErrorBudgetBurn bursting');
      const isOver = new Date(Date.now() - 1000);
      await post([critical, later, warning], isOver);
      await slack('[RESOLVED] ModelErrorBudgetBurn bursting');
      // Two groups that started later have been reported, so those of before would have been, too.
      await post([drift('age', 'warning', 'much-later')]);
      await slack('[FIRING:1] ModelDataDrift much-later');
      const resolved = bodies<WebhookBody>('/webhook')
        .flatMap(({ alerts }) => alerts)
        .filter(({ labels }) => labels.model_name === 'bursting');
      expect(resolved.map(({ labels, status }) => [labels.window, status])).toEqual([
        ['1h', 'firing'],
        ['1h', 'resolved'],
      ]);
    });

    it('arrive on every channel', ({ task }) => {
      for (const [channel, { expected, arrived }] of Object.entries(deliveries)) {
        report(task, `deliveries by ${channel} / expected`, `${arrived} / ${expected}`);
        expect(expected, channel).toBeGreaterThan(1);
        expect(arrived, channel).toBe(expected);
      }
    });
  },
);
