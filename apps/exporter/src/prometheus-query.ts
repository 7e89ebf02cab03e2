import type { InstantQuery } from '@modelmeter/core';
import type { PrometheusConfig } from '@modelmeter/core/settings';
import { z } from 'zod';
import { ExporterError, messageOf } from './errors.js';
import { readSecret } from './secret.js';

/** Largest answer that is read, in bytes: about 300 000 series. */
const largestAnswerBytes = 64 * 1024 * 1024;
/** Largest number of characters of an answer that a message quotes. */
const quotedLength = 300;

const answerSchema = z.object({
  status: z.literal('success'),
  warnings: z.array(z.string()).optional(),
  /** VictoriaMetrics sets it when some of its storage nodes did not answer. */
  isPartial: z.boolean().optional(),
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
});

const refusalSchema = z.object({ status: z.literal('error'), error: z.string() });

/**
 * Queries an API that is compatible with Prometheus: Prometheus, Thanos, Mimir, VictoriaMetrics.
 *
 * A query rejects with ExporterError PROMETHEUS_UNAVAILABLE when the API cannot be reached, takes
 * longer than `timeout`, refuses the query, answers with anything but a vector, with more than
 * 64 MiB, or with a partial result. Files with secrets are read at every query, so they can be
 * rotated.
 *
 * @throws ExporterError SECRET_UNREADABLE when such a file is missing or empty.
 */
export async function createPrometheusQuery(
  config: PrometheusConfig,
  folder: string,
): Promise<InstantQuery> {
  const url = `${config.url?.replace(/\/+$/, '')}/api/v1/query`;
  await authorization(config, folder);

  return async (expression, timeMs) => {
    const fail = (problem: string, cause?: unknown): ExporterError =>
      new ExporterError('PROMETHEUS_UNAVAILABLE', `${url} ${problem}`, { cause });
    const headers = {
      ...(await authorization(config, folder)),
      ...(config.tenant === undefined ? {} : { [config.tenantHeader]: config.tenant }),
    };
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers,
        body: new URLSearchParams({
          query: expression,
          time: String(timeMs / 1000),
          timeout: `${config.timeout}ms`,
        }),
        redirect: 'manual',
        signal: AbortSignal.timeout(config.timeout),
      });
      text = await readText(response, fail);
    } catch (error) {
      if (error instanceof ExporterError) throw error;
      if (error instanceof Error && error.name === 'TimeoutError') {
        throw fail(
          `did not answer within ${config.timeout / 1000} s. Reduce its load, or raise drift_detection.prometheus.timeout.`,
          error,
        );
      }
      throw fail(
        `cannot be reached (${connectionProblem(error)}). Correct drift_detection.prometheus.url, or start Prometheus.`,
        error,
      );
    }
    if (!response.ok) throw fail(refusal(response, text));
    const answer = answerSchema.safeParse(parseJson(text));
    if (!answer.success) {
      const [issue] = answer.error.issues;
      throw fail(
        `did not answer with a vector (${issue!.path.join('.') || 'body'}: ${issue!.message}): ${quote(text)}. Set drift_detection.prometheus.url to the URL in front of /api/v1/query.`,
      );
    }
    const { data, warnings = [], isPartial = false } = answer.data;
    if (warnings.length > 0 || isPartial) {
      throw fail(
        `answered with a partial result (${warnings.join('; ') || 'isPartial'}). Drift is evaluated on complete results only.`,
      );
    }
    return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  };
}

/** The place of the settings in the configuration. */
const place = 'drift_detection.prometheus';

async function authorization(
  { bearerTokenFile: tokenFile, basicAuth: basic }: PrometheusConfig,
  folder: string,
): Promise<{ authorization?: string }> {
  if (tokenFile !== undefined) {
    return {
      authorization: `Bearer ${await readSecret(tokenFile, `${place}.bearer_token_file`, folder)}`,
    };
  }
  if (basic === undefined) return {};
  const password = await readSecret(
    basic.passwordFile,
    `${place}.basic_auth.password_file`,
    folder,
  );
  const credentials = Buffer.from(`${basic.username}:${password}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

async function readText(
  response: Response,
  fail: (problem: string) => ExporterError,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > largestAnswerBytes) {
      throw fail(
        `answered with more than ${largestAnswerBytes / 1024 / 1024} MiB. Name the scrape job of the replicas in drift_detection.prometheus.job.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refusal({ status, headers }: Response, text: string): string {
  if (status >= 300 && status < 400) {
    return `answered ${status}, a redirect to ${headers.get('location')}. Set drift_detection.prometheus.url to the URL of the API itself.`;
  }
  const parsed = refusalSchema.safeParse(parseJson(text));
  const reason = parsed.success ? quote(parsed.data.error) : quote(text);
  const remedy =
    status === 401 || status === 403
      ? ' Correct bearer_token_file, basic_auth or tenant of drift_detection.prometheus.'
      : '';
  return `answered ${status}: ${reason}.${remedy}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > quotedLength ? `${line.slice(0, quotedLength)}…` : line;
}

/** The cause of a failed fetch; the message of fetch itself only says that it failed. */
function connectionProblem(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join(', ');
  return messageOf(cause ?? error);
}
