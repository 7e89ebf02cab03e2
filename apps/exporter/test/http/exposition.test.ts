import { gunzipSync } from 'node:zlib';
import { metricStoreOf } from '@modelmeter/core';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createExposition, negotiate } from '../../src/http/exposition.js';

/** The headers that servers of these versions send. */
const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const prometheus3Protobuf = `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,${prometheus3}`;
const victoriaMetrics = 'text/plain;version=0.0.4;q=1,*/*;q=0.1';

describe('the format of a scrape', () => {
  it.each([
    ['Prometheus 2', prometheus2, 'openmetrics'],
    ['Prometheus 3', prometheus3, 'openmetrics'],
    ['Prometheus 3 that prefers protobuf', prometheus3Protobuf, 'openmetrics'],
    ['VictoriaMetrics', victoriaMetrics, 'prometheus'],
    ['curl', '*/*', 'prometheus'],
    ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
    ['a client without an Accept header', undefined, 'prometheus'],
    ['a client that accepts only JSON', 'application/json', 'prometheus'],
    ['a client that refuses OpenMetrics', 'application/openmetrics-text;q=0, */*', 'prometheus'],
    [
      'a client that prefers text',
      'application/openmetrics-text;q=0.4, text/plain;q=0.5',
      'prometheus',
    ],
    ['a client that accepts any OpenMetrics', 'application/openmetrics-text', 'openmetrics'],
    [
      'a client of an older OpenMetrics',
      'application/openmetrics-text;version=0.0.1',
      'prometheus',
    ],
    [
      'a client that names the charset',
      'application/openmetrics-text;charset=utf-8',
      'openmetrics',
    ],
    ['a client with a malformed header', ';;,q=,/', 'prometheus'],
  ])('for %s', (_client, accept, format) => {
    expect(negotiate(accept === undefined ? {} : { accept }).format).toBe(format);
  });

  it.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['br;q=1, gzip;q=0.8', 'gzip'],
    ['*', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['identity, gzip;q=0.5', 'identity'],
    ['br', 'identity'],
    [undefined, 'identity'],
  ])('is compressed for "%s" as %s', (accepted, encoding) => {
    const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
    expect(negotiate(headers).encoding).toBe(encoding);
  });
});

describe('an exposition', () => {
  const model = { model_name: 'm', model_version: '1' };

  it('has the same text with and without compression', async () => {
    const registry = new Registry();
    metricStoreOf(registry).counter('model_prediction_samples_total', model).add(3);
    const expose = createExposition(registry);
    const plain = await expose({ accept: prometheus2 });
    const small = await expose({ accept: prometheus2, 'accept-encoding': 'gzip' });
    expect(plain.headers).toEqual({
      'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      vary: 'accept, accept-encoding',
    });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(small.body).toString()).toBe(plain.body.toString());
    expect(plain.body.toString()).toContain('} 3\n');
  });

  it('is rendered once for all waiting requests, after the last has arrived', async () => {
    const registry = new Registry();
    const store = metricStoreOf(registry);
    let collected = 0;
    store.onCollect(() => {
      collected += 1;
      store.gauge('model_ready', model).set(collected);
    });
    const expose = createExposition(registry);
    const storm = Array.from({ length: 50 }, () => expose({}));
    const samples = store.counter('model_prediction_samples_total', model);
    samples.add(1);
    const bodies = (await Promise.all(storm)).map(({ body }) => body.toString());
    expect(collected).toBe(1);
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain(
      'model_prediction_samples_total{model_name="m",model_version="1"} 1',
    );
    samples.add(1);
    expect((await expose({})).body.toString()).toContain('} 2\n');
  });

  it('answers the next scrape after a failed one', async () => {
    const registry = new Registry();
    const store = metricStoreOf(registry);
    const stop = store.onCollect(() => {
      throw new Error('cannot be read');
    });
    const expose = createExposition(registry);
    await expect(expose({})).rejects.toThrow('cannot be read');
    stop();
    expect((await expose({})).body.toString()).toContain('model_monitor_series ');
  });
});
