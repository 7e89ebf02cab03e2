import { metricStoreOf } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exporter } from '../../src/exporter.js';
import type { Payload } from '../../src/payloads/payload.js';
import { createPayloadPairs } from '../../src/payloads/payload-pairs.js';
import { type JsonAnswer, request, startText } from '../support.js';

const config = `
models:
  - name: prices
    type: external
    features:
      - { name: rooms, type: numeric }
      - { name: district, type: categorical }
    outputs: { task: regression, value: price }
  - name: iris
    type: external
    features: [{ name: length, type: numeric }, { name: width, type: numeric }]
    outputs: { task: binary, score: probability }
`;

let exporter: Exporter;
beforeAll(async () => {
  exporter = await startText(config);
});
afterAll(() => exporter.close());

const kserve = 'org.kubeflow.serving.inference.';

/** Sends one half of a call as the agent of KServe does: binary mode, attributes in headers. */
async function log(
  part: 'request' | 'response',
  id: string,
  data: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const response = await fetch(`${exporter.url}/v1/payloads`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-type': kserve + part,
      'ce-source': 'http://localhost:9081/',
      'ce-time': `2026-11-27T08:00:0${part === 'request' ? 0 : 2}Z`,
      'ce-inferenceservicename': 'prices',
      'ce-component': 'predictor',
      ...headers,
    },
    body: JSON.stringify(data),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

const v2Request = {
  inputs: [
    { name: 'rooms', shape: [2, 1], datatype: 'FP64', data: [3, 4.1] },
    { name: 'district', shape: [2], datatype: 'BYTES', data: ['north', 'south'] },
  ],
};
const v2Answer = {
  outputs: [{ name: 'predict', shape: [2], datatype: 'FP64', data: [100, 200] }],
};

/** The value of a series of the exporter, 0 where it has none. */
async function seriesValue(series: string): Promise<number> {
  const text = await (await fetch(`${exporter.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

const recorded = (model: string) =>
  seriesValue(`model_prediction_samples_total{model_name="${model}",model_version="1"}`);

describe('the payloads of an inference logger', () => {
  it('are recorded once request and answer are there', async () => {
    const before = await recorded('prices');
    expect(await log('request', 'one', v2Request)).toMatchObject({
      status: 200,
      body: { status: 'waiting' },
    });
    expect(await recorded('prices')).toBe(before);
    expect(await log('response', 'one', v2Answer)).toMatchObject({
      status: 200,
      body: { status: 'recorded', prediction_ids: ['one/0', 'one/1'] },
    });
    expect(await recorded('prices')).toBe(before + 2);
    const { body } = await request(`${exporter.url}/v1/targets`, 'POST', [
      { model: 'prices', prediction_id: 'one/1', target: 190 },
    ]);
    expect(body).toMatchObject({ matched: 1 });
  });

  it('may come in any order, and last as long as their times are apart', async () => {
    const sum = 'model_prediction_seconds_sum{model_name="prices",model_version="1"}';
    const before = await seriesValue(sum);
    await log('response', 'two', v2Answer);
    expect((await log('request', 'two', v2Request)).body).toMatchObject({ status: 'recorded' });
    expect(await seriesValue(sum)).toBeCloseTo(before + 2 * 2, 9);
  });

  it('are not recorded twice when the logger sends them again', async () => {
    await log('request', 'three', v2Request);
    await log('response', 'three', v2Answer);
    const once = await recorded('prices');
    await log('request', 'three', v2Request);
    await log('response', 'three', v2Answer);
    expect(await recorded('prices')).toBe(once);
  });

  it('may be of protocol V1, with arrays or objects, and of Seldon', async () => {
    const before = await recorded('iris');
    const headers = { 'ce-inferenceservicename': 'iris' };
    await log('request', 'v1', { instances: [[1, 2], { width: 4, length: 3 }] }, headers);
    await log('response', 'v1', { predictions: [[0.2, 0.8], { probability: 0.1 }] }, headers);
    const seldon = (part: string): Record<string, string> => ({
      ...headers,
      'ce-id': `event-${part}`,
      'ce-requestid': 'call',
      'ce-type': `io.seldon.serving.inference.${part}`,
    });
    await log('request', '', { instances: [[5, 6]] }, seldon('request'));
    const { body } = await log('response', '', { predictions: [0.5] }, seldon('response'));
    expect(body).toEqual({ status: 'recorded', prediction_ids: ['call'] });
    expect(await recorded('iris')).toBe(before + 3);
    // Of two probabilities the second is that of the positive class.
    const targets = ['v1/0', 'v1/1', 'call'].map((id, index) => ({
      model: 'iris',
      prediction_id: id,
      target: index !== 1,
    }));
    await request(`${exporter.url}/v1/targets`, 'POST', targets);
    expect(
      await seriesValue('model_outcomes_total{model_name="iris",model_version="1",outcome="tp"}'),
    ).toBe(2);
  });

  it('may be structured events, and a matrix of all features', async () => {
    const before = await recorded('iris');
    const event = (part: string, data: unknown): unknown => ({
      specversion: '1.0',
      id: 'matrix',
      type: kserve + part,
      inferenceservicename: 'iris',
      data,
    });
    const type = 'application/cloudevents+json';
    const matrix = {
      name: 'input-0',
      shape: [2, 2],
      datatype: 'FP32',
      data: [
        [1, 2],
        [3, 4],
      ],
    };
    await request(
      `${exporter.url}/v1/payloads`,
      'POST',
      event('request', { inputs: [matrix] }),
      type,
    );
    const answer = {
      outputs: [{ name: 'output-0', shape: [2], datatype: 'FP32', data: [0.1, 0.9] }],
    };
    await request(`${exporter.url}/v1/payloads`, 'POST', event('response', answer), type);
    expect(await recorded('iris')).toBe(before + 2);
  });

  it.each([
    [
      'an unknown model',
      () => log('request', 'x', v2Request, { 'ce-inferenceservicename': 'none' }),
      404,
      'Unknown model "none"',
    ],
    [
      'another type of event',
      () => log('request', 'x', v2Request, { 'ce-type': 'org.example.other' }),
      422,
      'type "org.example.other" is neither',
    ],
    [
      'no CloudEvent',
      () => request(`${exporter.url}/v1/payloads`, 'POST', v2Request),
      422,
      'type: ',
    ],
  ] as const)('are refused when they are %s', async (_, send, status, message) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(message);
  });

  it.each([
    [{ text: 'hello' }, v2Answer, 'The request has neither "inputs"'],
    [v2Request, { text: 'hello' }, 'The answer has neither "outputs"'],
    [
      { inputs: [{ ...v2Request.inputs[0]!, name: 'x' }] },
      v2Answer,
      'Input "x" is not a feature, and its 1 values per row are not the 2 features: rooms, district.',
    ],
    [
      { inputs: [{ ...v2Request.inputs[0]!, shape: [3, 1] }] },
      v2Answer,
      'Input "rooms" has 2 values, but its shape [3, 1] holds 3.',
    ],
    [
      { inputs: [{ ...v2Request.inputs[0]!, shape: [20_000_000, 0], data: [] }] },
      v2Answer,
      'Input "rooms" has no value in a row: its shape is [20000000, 0].',
    ],
    [
      v2Request,
      { outputs: [{ ...v2Answer.outputs[0]!, shape: [20_000_000, 0], data: [] }] },
      'has no value in a row: its shape is [20000000, 0].',
    ],
    [{ instances: [[1]] }, v2Answer, 'Instance 0 has 1 values, and the model has 2 features'],
    [{ instances: [[1, 'north']] }, v2Answer, 'The request has 1 rows and its answer 2.'],
    [
      { instances: [['three', 'north']] },
      { predictions: [1] },
      'Row 0: feature "rooms" is "three"; it is numeric',
    ],
    [
      { instances: Array.from({ length: 1001 }, () => [1, 'north']) },
      v2Answer,
      'The request has 1001 rows; at most 1000 are accepted.',
    ],
  ])('that do not fit the model are refused: %j', async (asked, answered, message) => {
    const id = crypto.randomUUID();
    await log('request', id, asked);
    const { status, body } = await log('response', id, answered);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(body.detail).toContain(message);
  });
});

describe('halves that wait', () => {
  let nowMs = 0;
  const half = (part: Payload['part'], id: string, bytes = 10): Payload => ({
    ...{ part, id, bytes, model: 'm', content: {}, timeMs: undefined },
  });

  async function pairsOf(maximumBytes: number) {
    const registry = new Registry();
    const store = metricStoreOf(registry);
    const pairs = createPayloadPairs({ wait: 1000, maximumBytes, store, now: () => nowMs });
    const count = async (): Promise<Record<string, number>> => {
      const { values } = await registry.getSingleMetric('model_monitor_payloads_total')!.get();
      return Object.fromEntries(values.map(({ labels, value }) => [labels.result!, value]));
    };
    return { pairs, count };
  }

  it('too long are given up and counted', async () => {
    const { pairs, count } = await pairsOf(1e6);
    pairs.add(half('request', 'a'));
    nowMs += 999;
    pairs.add(half('request', 'b'));
    expect(await count()).toMatchObject({ unmatched: 0 });
    nowMs += 1;
    pairs.add(half('request', 'c'));
    expect(await count()).toMatchObject({ unmatched: 1 });
    expect(pairs.add(half('answer', 'a'))).toBeUndefined();
    expect(pairs.add(half('answer', 'b'))).toMatchObject({ request: { id: 'b' } });
    expect(await count()).toEqual({ joined: 2, unmatched: 1, duplicate: 0 });
  });

  it('make room for new ones, the oldest first', async () => {
    const { pairs, count } = await pairsOf(3 * 2048);
    for (const id of ['a', 'b', 'c', 'd']) pairs.add(half('answer', id, 1024));
    expect(await count()).toMatchObject({ unmatched: 1 });
    expect(pairs.add(half('request', 'b'))).toBeDefined();
    expect(pairs.add(half('answer', 'd'))).toBeUndefined();
    expect(await count()).toMatchObject({ duplicate: 1 });
  });
});
