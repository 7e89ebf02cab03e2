import type { Logger } from 'pino';
import { z } from 'zod';
import { parseBody } from './inference.js';

/** An alert that Alertmanager delivered here. */
export interface ReceivedAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The alerts that came in last, for the status page. */
export interface AlertLog {
  /** @throws ExporterError INPUT_INVALID when the body is no webhook body of Alertmanager. */
  receive(body: unknown): { readonly received: number };
  recent(): readonly ReceivedAlert[];
}

const alertsKept = 20;

const webhookSchema = z.looseObject({
  alerts: z.array(
    z.looseObject({
      status: z.string(),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** Takes the webhook of Alertmanager: the stack shows delivered alerts with no account anywhere. */
export function createAlertLog(log: Logger): AlertLog {
  let kept: ReceivedAlert[] = [];
  return {
    receive(body) {
      const { alerts } = parseBody(webhookSchema, body);
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
