import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReference, referenceToJson } from '@modelmeter/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flights, loadText, request, startText } from '../support.js';

const models = `
models:
  - name: prices
    type: external
    features: [{ name: rooms, type: numeric }, { name: district, type: categorical }]
    outputs: { task: regression, value: price }
  - name: late
    type: external
    reference: ${flights}reference.json
    features: [{ name: distance, type: numeric }, { name: origin, type: categorical }]
    outputs: { task: binary, score: probability }
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelmeter-state-'));
});

afterEach(() => rm(folder, { recursive: true }));

const startAt = (path: string) => startText(`state: { path: ${join(folder, path)} }\n${models}`);

const pricesOf = (ids: readonly string[]) =>
  ids.map((id, row) => ({
    model: 'prices',
    id,
    features: { rooms: row, district: 'north' },
    outputs: { price: 100 + row },
    duration_seconds: 0.01,
  }));

const targetsOf = (ids: readonly string[]) =>
  ids.map((id) => ({ model: 'prices', prediction_id: id, target: 101 }));

/** A reference of the model late that is not the configured one. */
function otherReference(): object {
  const rows = Array.from({ length: 100 }, (_, row) => row);
  return referenceToJson(
    buildReference({
      ...{ modelName: 'late', modelVersion: '1', created: '2026-01-01T00:00:00Z', source: 'test' },
      features: [
        { name: 'distance', type: 'numeric' },
        { name: 'origin', type: 'categorical' },
      ],
      columns: { distance: rows, origin: rows.map((row) => `airport ${row % 3}`) },
    }),
  );
}

/** What the models have counted, without what a process does not inherit. */
async function countedBy(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => /^model_\w+\{.*model_name=/.test(line))
    .filter((line) => !/^model_(drift_run_seconds|monitor_series)/.test(line))
    .sort();
}

describe('an exporter with a state', () => {
  it('goes on after a stop where it was', async () => {
    const first = await startAt('a');
    await request(`${first.url}/v1/predictions`, 'POST', pricesOf(['p0', 'p1', 'p2']));
    await request(`${first.url}/v1/targets`, 'POST', targetsOf(['p0', 'p1']));
    const counted = await countedBy(first.url);
    await first.close();
    const next = await startAt('a');
    try {
      expect(await countedBy(next.url)).toEqual(counted);
      expect(counted.some((line) => /model_predictions_total\{.* 3$/.test(line))).toBe(true);
      const { body } = await request(`${next.url}/v1/targets`, 'POST', targetsOf(['p1', 'p2']));
      expect(body).toMatchObject({ matched: 1, duplicate: 1 });
    } finally {
      await next.close();
    }
  });

  it('has on disk what it has answered with 200', async () => {
    const first = await startAt('a');
    const { status } = await request(
      `${first.url}/v1/predictions`,
      'POST',
      pricesOf(['p0', 'p1', 'p2']),
    );
    expect(status).toBe(200);
    await request(`${first.url}/v1/targets`, 'POST', targetsOf(['p0']));
    const put = await request(`${first.url}/v1/models/late/reference`, 'PUT', otherReference());
    expect(put.status).toBe(200);
    const counted = await countedBy(first.url);
    // The files at this moment are what a process that is killed now leaves.
    await cp(join(folder, 'a'), join(folder, 'b'), { recursive: true });
    await first.close();
    const next = await startAt('b');
    try {
      expect(await countedBy(next.url)).toEqual(counted);
      const again = await request(`${next.url}/v1/predictions`, 'POST', pricesOf(['p1', 'p3']));
      expect(again.body).toMatchObject({ accepted: 1, duplicate: 1 });
    } finally {
      await next.close();
    }
  });

  it('goes on with a model whose settings a reload changes', async () => {
    const exporter = await startAt('a');
    try {
      await request(`${exporter.url}/v1/predictions`, 'POST', pricesOf(['p0', 'p1']));
      const text = (settings: string) =>
        loadText(`state: { path: ${join(folder, 'a')} }\n${settings}\n${models}`);
      await exporter.reload(() => text('quality: { minimum_samples: 5 }'));
      const { body } = await request(`${exporter.url}/v1/targets`, 'POST', targetsOf(['p0', 'p1']));
      expect(body).toMatchObject({ matched: 2 });
      const counted = await countedBy(exporter.url);
      expect(counted.some((line) => /model_predictions_total\{.* 2$/.test(line))).toBe(true);
      await expect(
        exporter.reload(() => loadText(`state: { path: /tmp/elsewhere }\n${models}`)),
      ).rejects.toMatchObject({ code: 'SETTING_FIXED' });
    } finally {
      await exporter.close();
    }
  });
});
