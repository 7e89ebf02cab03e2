import type { Logger } from 'pino';
import { z } from 'zod';

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

/** Logs delivered alerts and keeps the latest: the stack shows alerts without any account. */
export function createAlertLog(log: Logger): AlertLog {
  let kept: ReceivedAlert[] = [];
  return {
    receive({ alerts }) {
      for (const { status, labels, annotations } of alerts) {
        log.warn({ status, ...labels, runbook: annotations.runbook_url }, 'alert received');
        kept.unshift({ status, labels, annotations });
      }
      kept = kept.slice(0, alertsKept);
      return { received: alerts.length };
    },
    recent: () => kept,
  };
}
