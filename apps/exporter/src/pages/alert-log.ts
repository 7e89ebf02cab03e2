import type { Logger } from 'pino';
import { z } from 'zod';
import { ExporterError } from '../errors.js';

const alertSchema = z
  .looseObject({
    status: z.string().describe('firing or resolved.'),
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()).default({}),
  })
  .meta({ id: 'Alert' });

export const alertsWebhook = z
  .looseObject({ alerts: z.array(alertSchema) })
  .meta({ id: 'AlertsWebhook' });

export const alertsReceived = z
  .strictObject({ received: z.int().describe('Number of alerts.') })
  .meta({ id: 'AlertsReceived' });

/** An alert that Alertmanager delivered to the exporter. */
export type ReceivedAlert = Readonly<
  Pick<z.output<typeof alertSchema>, 'status' | 'labels' | 'annotations'>
>;

/** The latest alerts, for the status page. */
export interface AlertLog {
  receive(webhook: z.output<typeof alertsWebhook>): z.output<typeof alertsReceived>;
  /** The newest alert is the first. */
  recent(): readonly ReceivedAlert[];
}

const alertsKept = 20;

/**
 * Logs delivered alerts and keeps the latest: the stack shows alerts without any account.
 *
 * @param maximum Alerts of one webhook at most.
 */
export function createAlertLog(log: Logger, maximum: number): AlertLog {
  let kept: ReceivedAlert[] = [];
  return {
    receive({ alerts }) {
      if (alerts.length > maximum) {
        throw new ExporterError(
          'BODY_TOO_LARGE',
          `The body has ${alerts.length} alerts; at most ${maximum} are accepted. Set max_alerts of the webhook in Alertmanager.`,
        );
      }
      for (const { status, labels, annotations } of alerts) {
        log.warn({ status, labels, runbook: annotations.runbook_url }, 'alert received');
      }
      const latest = alerts.slice(-alertsKept).reverse();
      kept = [...latest, ...kept].slice(0, alertsKept);
      return { received: alerts.length };
    },
    recent: () => kept,
  };
}
