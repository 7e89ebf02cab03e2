import { CliError, messageOf } from '../errors.js';
import { authorizationOf, checkedAddress, type ServerNames } from '../http-access.js';

export const prometheusNames: ServerNames = {
  server: 'Prometheus',
  addressOption: '--prometheus',
  example: 'http://localhost:9090',
  tokenVariable: 'PROMETHEUS_TOKEN',
};

const timeoutMs = 60_000;
/** Largest number of characters of an answer that a message quotes. */
const quotedLength = 300;

/** Where and as whom queries are sent. */
export interface PrometheusConnection {
  readonly url: string;
  /** Bearer token, or `user:password`. */
  readonly token: string | undefined;
  /** Tenant whose series are read, where the API serves several. */
  readonly tenant: string | undefined;
}

/** One series of the answer to an instant query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Evaluates an expression at a time in milliseconds since the Unix epoch. */
export type Query = (expression: string, timeMs: number) => Promise<readonly Sample[]>;

/** The part of an answer of the API that is read. */
interface Answer {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly warnings?: readonly string[];
  readonly isPartial?: boolean;
  readonly data?: {
    readonly resultType?: unknown;
    readonly result?: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [number, string];
    }[];
  };
}

/**
 * Queries an API that is compatible with Prometheus: Prometheus, Thanos, Mimir, VictoriaMetrics.
 *
 * A query rejects with CliError PROMETHEUS_UNAVAILABLE when the API cannot be reached, does not answer
 * within a minute, refuses the query, or answers with a part of the result only.
 *
 * @throws CliError OPTION_INVALID for an address that is not a URL, SECRET_UNUSABLE for a token with
 * characters that tokens do not have.
 */
export function connectPrometheus({ url, token, tenant }: PrometheusConnection): Query {
  const endpoint = `${checkedAddress(url, prometheusNames)}/api/v1/query`;
  const headers: Record<string, string> = {
    ...(token === undefined ? {} : { authorization: authorizationOf(token, prometheusNames) }),
    ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
  };
  const fail = (problem: string, cause?: unknown): CliError =>
    new CliError('PROMETHEUS_UNAVAILABLE', `${endpoint} ${problem}`, cause);

  return async (expression, timeMs) => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(endpoint, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ query: expression, time: String(timeMs / 1000) }),
        // A redirect could take the token to another host.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      throw fail(
        `cannot be reached (${messageOf(cause)}). Check that Prometheus runs at the address of --prometheus.`,
        error,
      );
    }
    const answer = parsed(text);
    if (!response.ok) throw fail(refusal(response, answer, text));
    const { data, warnings = [], isPartial = false } = answer;
    if (data?.resultType !== 'vector' || data.result === undefined) {
      throw fail(
        `did not answer with a vector: ${quote(text)}. Name the address in front of /api/v1/query with --prometheus.`,
      );
    }
    if (warnings.length > 0 || isPartial) {
      throw fail(
        `answered with a part of the result only (${warnings.join('; ') || 'isPartial'}). Try again when all of its storage answers.`,
      );
    }
    return data.result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1]),
    }));
  };
}

function refusal({ status, headers }: Response, { error }: Answer, text: string): string {
  if (status >= 300 && status < 400) {
    return `redirects to ${headers.get('location')}. Name the address of the API itself with --prometheus.`;
  }
  const reason = quote(typeof error === 'string' ? error : text);
  const remedy =
    status === 401 || status === 403
      ? ' Name a file with its token, or with user:password, with --token-file, and the tenant with --tenant.'
      : '';
  return `answered ${status}: ${reason}.${remedy}`;
}

function parsed(text: string): Answer {
  try {
    return (JSON.parse(text) ?? {}) as Answer;
  } catch {
    return {};
  }
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > quotedLength ? `${line.slice(0, quotedLength)}…` : line;
}
