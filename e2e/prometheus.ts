import { getJson } from './servers.js';

/** Values of one series by time; an instant query has one value. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

type Sample = readonly [number, string];

interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: Sample;
      readonly values?: readonly Sample[];
    }[];
  };
}

/** A client of the Prometheus at `url`; times are in seconds. */
export function createPrometheusClient(url: string): {
  instant(query: string, time: number): Promise<Series[]>;
  range(query: string, from: number, to: number, step: number): Promise<Series[]>;
  labelValues(label: string, selector: string): Promise<readonly string[]>;
} {
  const ask = async (path: string, parameters: Record<string, string>): Promise<Series[]> => {
    const { data } = await getJson<QueryAnswer>(
      `${url}/api/v1/${path}?${new URLSearchParams(parameters)}`,
    );
    return data.result.map(({ metric, value, values }) => ({
      labels: metric,
      points: (values ?? [value!]).map(([time, text]) => ({ time, value: toNumber(text) })),
    }));
  };
  return {
    instant: (query, time) => ask('query', { query, time: String(time) }),
    range: (query, from, to, step) =>
      ask('query_range', { query, start: String(from), end: String(to), step: String(step) }),
    async labelValues(label, selector) {
      const { data } = await getJson<{ data: readonly string[] }>(
        `${url}/api/v1/label/${label}/values?${new URLSearchParams({ 'match[]': selector })}`,
      );
      return data;
    },
  };
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
