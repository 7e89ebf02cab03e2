import type { JourneyFeatures } from './journey.js';

/** A flight in a request: its features, and the id under which its target follows. */
export interface SentFlight {
  readonly id: string;
  readonly features: JourneyFeatures;
}

/** An HTTP client that requests predictions and reports targets. */
export interface Client {
  predict(flights: readonly SentFlight[]): Promise<void>;
  report(targets: readonly { readonly id: string; readonly late: boolean }[]): Promise<void>;
}

const numericInputs = ['hour', 'weekday', 'distance', 'origin_delay', 'destination_delay'] as const;
const textInputs = ['origin', 'destination'] as const;

/** A client of the exporter at `url`. */
export function createClient(url: string, model: string): Client {
  return {
    async predict(flights) {
      const shape = [flights.length, 1];
      await post(`${url}/v2/models/${model}/infer`, 'application/json', {
        parameters: { prediction_ids: flights.map(({ id }) => id) },
        inputs: [
          ...numericInputs.map((name) => ({
            name,
            shape,
            datatype: 'FP32',
            // JSON.stringify writes NaN as null, which the exporter reads as missing.
            data: flights.map(({ features }) => features[name]),
          })),
          ...textInputs.map((name) => ({
            name,
            shape,
            datatype: 'BYTES',
            data: flights.map(({ features }) => features[name]),
          })),
        ],
      });
    },
    async report(targets) {
      const rows = targets.map(({ id, late }) => ({ model, prediction_id: id, target: late }));
      await post(`${url}/v1/targets`, 'application/json', rows);
    },
  };
}

async function post(url: string, contentType: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status}: ${text}`);
}
