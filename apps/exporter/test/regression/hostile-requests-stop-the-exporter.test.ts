import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exporter } from '../../src/exporter.js';
import { flightRequest, request, startText, twoModels } from '../support.js';

let exporter: Exporter;

beforeAll(async () => {
  exporter = await startText(twoModels);
});

afterAll(() => exporter.close());

const infer = (body: unknown) =>
  request(`${exporter.url}/v2/models/late-flights/infer`, 'POST', body);

const prediction = {
  model: 'prices',
  features: { rooms: 3 },
  outputs: { price: 1 },
  duration_seconds: 0.1,
};

function withHour(hour: object): object {
  return { inputs: [{ ...flightRequest.inputs[0], ...hour }, ...flightRequest.inputs.slice(1)] };
}

const nested = (depth: number): string => `${'['.repeat(depth)}1${']'.repeat(depth)}`;

describe('an inference request', () => {
  it.each([
    ['no values for many rows', { shape: [20_000_000, 0], data: [] }, 413],
    ['a dimension of length 0', { shape: [2, 0], data: [] }, 422],
    ['one dimension too many', { shape: [2, 1, 1] }, 422],
    ['another fixed dimension', { shape: [2, 2], data: [1, 2, 3, 4] }, 422],
    ['a product of dimensions that no number holds', { shape: [2, 2 ** 52, 2 ** 52] }, 422],
    ['more dimensions than the limit', { shape: Array(17).fill(1) }, 422],
    ['the datatype constructor', { datatype: 'constructor' }, 422],
    ['the datatype __proto__', { datatype: '__proto__' }, 422],
    ['the datatype toString', { datatype: 'toString' }, 422],
    ['a value that is an object', { data: [17, {}] }, 422],
  ])('with %s is refused and does not count as a call of the model', async (_, hour, status) => {
    expect((await infer(withHour(hour))).status).toBe(status);
    const metrics = await (await fetch(`${exporter.url}/metrics`)).text();
    const counted = /model_(prediction_errors|prediction_calls|objective_events)_total\{.*\} [1-9]/;
    expect(metrics).not.toMatch(counted);
  });

  it('with an input that is there twice is refused', async () => {
    const { inputs } = flightRequest;
    const { status, body } = await infer({ inputs: [...inputs, inputs[0]] });
    expect([status, body.detail]).toEqual([422, expect.stringContaining('is there twice')]);
  });

  it('with deeply nested values is refused', async () => {
    const text = JSON.stringify(flightRequest).replace('[17,8]', nested(100_000));
    expect((await infer(text)).status).toBe(422);
  });

  it('with a large integer keeps its digits in strings and fractions', async () => {
    const text = JSON.stringify({ ...flightRequest, id: 'order "9007199254740993"' }).replace(
      '[17,8]',
      '[17.1234567890123456789,12345678901234567890]',
    );
    const { status, body } = await infer(text);
    expect([status, body.id]).toEqual([200, 'order "9007199254740993"']);
  });
});

describe('a body of predictions', () => {
  it.each([
    ['nested deeply', `[${JSON.stringify(prediction)},${nested(50_000)}]`, 422, 'Row 1'],
    ['without an end', '[{"model":', 400, 'Row 0'],
    ['with a string without an end', '["abc', 400, 'Row 0'],
    ['with two values', `[${JSON.stringify(prediction)}] [2]`, 400, 'more than one'],
    ['with a comma too many', `[${JSON.stringify(prediction)},]`, 400, 'Row 1'],
    ['that is empty', '', 400, 'The body is not valid JSON'],
    ['with a huge row', `[{"model":"${'x'.repeat(300_000)}"}]`, 413, 'Row 0'],
    ['of too many rows', `[${'1,'.repeat(20_000)}1]`, 422, 'Row 0'],
  ])('%s is refused, and the answer says where', async (_, text, status, detail) => {
    const answer = await request(`${exporter.url}/v1/predictions`, 'POST', text);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(detail)]);
  });

  it('with thousands of unknown keys gets a short answer', async () => {
    const keys = Object.fromEntries(Array.from({ length: 20_000 }, (_, key) => [`k${key}`, {}]));
    for (const body of [
      { ...prediction, ...keys },
      { ...prediction, features: keys },
    ]) {
      const answer = await request(`${exporter.url}/v1/predictions`, 'POST', body);
      expect(answer.status).toBe(422);
      expect(JSON.stringify(answer.body).length).toBeLessThan(10_000);
    }
  });

  it('of more rows than the limit is refused as a whole', async () => {
    const rows = Array.from({ length: 10_001 }, () => prediction);
    const { status, body } = await request(`${exporter.url}/v1/predictions`, 'POST', rows);
    expect([status, body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('is read in slices with the same result', async () => {
    const rows = Array.from({ length: 5000 }, (_, row) => ({ ...prediction, id: `s${row}` }));
    const sent = await request(`${exporter.url}/v1/predictions`, 'POST', rows);
    expect(sent.body).toMatchObject({ accepted: 5000, duplicate: 0 });
    const again = await request(`${exporter.url}/v1/predictions`, 'POST', rows);
    expect(again.body).toMatchObject({ accepted: 0, duplicate: 5000 });
    const targets = rows.map(({ id }) => ({ model: 'prices', prediction_id: id, target: 1 }));
    const joined = await request(`${exporter.url}/v1/targets`, 'POST', [
      ...targets,
      { ...targets[0], prediction_id: 'never' },
    ]);
    expect(joined.body).toMatchObject({
      matched: 5000,
      unused: 1,
      problems: [{ row: 5000, prediction_id: 'never' }],
    });
  });
});

describe('a webhook of alerts', () => {
  it('keeps the latest twenty and refuses more alerts than the limit', async () => {
    const alerts = (count: number) => ({
      alerts: Array.from({ length: count }, (_, alert) => ({
        status: 'firing',
        labels: { alertname: `Alert${alert}x` },
      })),
    });
    const url = `${exporter.url}/v1/alerts`;
    expect((await request(url, 'POST', alerts(1000))).body).toEqual({ received: 1000 });
    expect((await request(url, 'POST', alerts(1001))).status).toBe(413);
    const page = await (await fetch(exporter.url)).text();
    expect(page).toContain('Alert999x');
    expect(page).toContain('Alert980x');
    expect(page).not.toContain('Alert979x');
  });
});

describe('a request with a header Content-Type that is not a media type', () => {
  it.each(['/v1/predictions', '/v2/models/late-flights/infer', '/nowhere'])(
    'is refused at %s',
    async (path) => {
      expect((await request(exporter.url + path, 'POST', '{}', 'a')).status).toBe(415);
    },
  );
});

describe('a request with an unusual method', () => {
  it.each(['QUERY', 'PROPFIND', 'DELETE', 'OPTIONS'])('%s is an unknown route', async (method) => {
    for (const path of ['/v1/predictions', '/nowhere']) {
      const response = await fetch(exporter.url + path, { method });
      expect(response.status).toBe(404);
    }
  });
});
