import { type Duration, duration, type Effective } from '@modelmeter/core/settings';
import { z } from 'zod';

/**
 * What requests may take. A request beyond a limit gets 413, 429 or 503 and is counted in
 * `model_monitor_rejected_requests_total`.
 */
export interface LimitsOptions {
  /** Bytes of a body, also after decompression. Default: 16 MiB. */
  readonly bodyBytes?: number | undefined;
  /** Bytes of the JSON of an inference request or of a webhook of alerts. Default: 1 MiB. */
  readonly documentBytes?: number | undefined;
  /** Rows of predictions or targets in a body. Default: 10 000. */
  readonly rows?: number | undefined;
  /** Bytes of one such row. Default: 256 KiB. */
  readonly rowBytes?: number | undefined;
  /** Rows of an inference request. Default: 1000. */
  readonly inferenceRows?: number | undefined;
  /** Calls of one model that may wait for a thread; further ones get 503. Default: 100. */
  readonly inferencesWaiting?: number | undefined;
  /** How long an inference may take, its wait included; then it gets 503. Default: `30s`. */
  readonly inferenceTimeout?: Duration | undefined;
  /** Alerts in one webhook. Default: 1000. */
  readonly alerts?: number | undefined;
  /** Bytes of all bodies in memory at a time; further requests get 503. Default: 128 MiB. */
  readonly heldBytes?: number | undefined;
  /** How long a payload of an inference logger waits for its other half. Default: `1m`. */
  readonly payloadWait?: Duration | undefined;
  /** Bytes of the payloads that wait; the oldest make room for new ones. Default: 64 MiB. */
  readonly payloadBytes?: number | undefined;
  /** Connections at a time; further ones are closed and counted. Default: 1000. */
  readonly connections?: number | undefined;
  /** How long a request may take to arrive. Default: `30s`. */
  readonly requestTimeout?: Duration | undefined;
  /** How long an idle connection stays open. Default: `10s`. */
  readonly keepAlive?: Duration | undefined;
}

/** The effective form of `LimitsOptions`. */
export type LimitsConfig = Effective<
  LimitsOptions,
  never,
  'requestTimeout' | 'keepAlive' | 'inferenceTimeout' | 'payloadWait'
>;

const mebibyte = 1024 * 1024;

export const limitsSchema: z.ZodType<LimitsConfig, LimitsOptions> = z.strictObject({
  bodyBytes: z
    .int()
    .min(1024)
    .max(256 * mebibyte)
    .default(16 * mebibyte),
  documentBytes: z
    .int()
    .min(1024)
    .max(64 * mebibyte)
    .default(mebibyte),
  rows: z.int().min(1).max(1_000_000).default(10_000),
  rowBytes: z
    .int()
    .min(1024)
    .max(16 * mebibyte)
    .default(mebibyte / 4),
  inferenceRows: z.int().min(1).max(1_000_000).default(1000),
  inferencesWaiting: z.int().min(1).max(100_000).default(100),
  inferenceTimeout: duration.prefault('30s'),
  alerts: z.int().min(1).max(10_000).default(1000),
  heldBytes: z
    .int()
    .min(mebibyte)
    .max(16 * 1024 * mebibyte)
    .default(128 * mebibyte),
  payloadWait: duration.prefault('1m'),
  payloadBytes: z
    .int()
    .min(mebibyte)
    .max(4096 * mebibyte)
    .default(64 * mebibyte),
  connections: z.int().min(10).max(100_000).default(1000),
  requestTimeout: duration.prefault('30s'),
  keepAlive: duration.prefault('10s'),
});
