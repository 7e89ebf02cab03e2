import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Exporter, loadConfig, startExporter } from '@modelmeter/exporter';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  freePort,
  getJson,
  missingPrograms,
  type Program,
  startProgram,
  waitFor,
} from '../servers.js';

const flights = new URL('../../apps/exporter/demo/late-flights/', import.meta.url).pathname;
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const gpu = 'GPU-5ad8f1a2-9a55-4a3a-7d1c-21b8d1e2f8c3';

const missing = missingPrograms(['prometheus', 'promtool']);
if (missing.length > 0) {
  const text = `NOT RUN: the scrape needs ${missing.join(' and ')}, not installed here (Debian: apt-get install prometheus)`;
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}

interface Answer<Data> {
  readonly data: Data;
}

type Labels = Readonly<Record<string, string>>;

describe.skipIf(missing.length > 0)('a scrape of the exporter by a real Prometheus', () => {
  let folder: string;
  let exporter: Exporter;
  let prometheus: Program | undefined;
  let api: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelmeter-scrape-'));
    await writeFile(
      join(folder, 'nvidia-smi'),
      `#!/bin/sh\necho '0, ${gpu}, NVIDIA A100-SXM4-80GB, 37, 10240, 81920, 51, [N/A]'\n`,
    );
    await chmod(join(folder, 'nvidia-smi'), 0o755);
    process.env.PATH = `${folder}:${process.env.PATH}`;
    exporter = await startServing();
    await infer();
    api = await startScraping();
    await waitFor('the first scrape', async () => (await values('up'))[0] === 1 || undefined, {
      timeoutMs: 120_000,
      ...(prometheus === undefined ? {} : { program: prometheus }),
    });
  });

  afterAll(async () => {
    await prometheus?.stop();
    await exporter?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function startServing(): Promise<Exporter> {
    const path = join(folder, 'config.yaml');
    await writeFile(
      path,
      `monitoring: { prometheus_port: 0, gpu: "on" }
models:
  - name: late-flights
    type: onnx
    path: ${flights}model.onnx
    reference: ${flights}reference.json
    features:
      - { name: hour, type: numeric, cycle: day }
      - { name: weekday, type: numeric, cycle: week }
      - { name: distance, type: numeric }
      - { name: origin, type: categorical }
      - { name: destination, type: categorical }
      - { name: origin_delay, type: numeric }
      - { name: destination_delay, type: numeric }
    outputs: { task: binary, score: probability }
`,
    );
    return startExporter({ loaded: await loadConfig(path), log: pino({ level: 'silent' }) });
  }

  /** A prediction inside a recorded OpenTelemetry span. */
  async function infer(): Promise<void> {
    const span = { spanContext: () => ({ traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 }) };
    const key = Symbol.for('opentelemetry.js.api.1');
    Object.assign(globalThis, { [key]: { context: { active: () => ({ getValue: () => span }) } } });
    const numbers = {
      hour: 17,
      weekday: 5,
      distance: 733,
      origin_delay: 48,
      destination_delay: 35,
    };
    const response = await fetch(`${exporter.url}/v2/models/late-flights/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: [
          ...Object.entries(numbers).map(([name, value]) => ({
            name,
            shape: [1, 1],
            datatype: 'FP32',
            data: [value],
          })),
          { name: 'origin', shape: [1, 1], datatype: 'BYTES', data: ['ORD'] },
          { name: 'destination', shape: [1, 1], datatype: 'BYTES', data: ['LGA'] },
        ],
      }),
    });
    Reflect.deleteProperty(globalThis, key);
    expect(response.status).toBe(200);
  }

  async function startScraping(): Promise<string> {
    const port = await freePort();
    await writeFile(
      join(folder, 'prometheus.yml'),
      `scrape_configs:
  - job_name: modelmeter
    scrape_interval: 1s
    static_configs: [{ targets: ["${new URL(exporter.url).host}"] }]
`,
    );
    prometheus = startProgram('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ]);
    return `http://127.0.0.1:${port}/api/v1`;
  }

  async function values(query: string): Promise<number[]> {
    const { data } = await getJson<Answer<{ result: { value: [number, string] }[] }>>(
      `${api}/query?query=${encodeURIComponent(query)}`,
    );
    return data.result.map(({ value }) => Number(value[1]));
  }

  async function scrapeText(accept = 'text/plain'): Promise<string> {
    return (await fetch(`${exporter.url}/metrics`, { headers: { accept } })).text();
  }

  it('passes the checks of promtool', async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await scrapeText(),
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  it('keeps the labels of every series', async () => {
    const written = (await scrapeText())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')).replace(/^(\w+)$/, '$1{}'))
      .sort();
    const query = new URLSearchParams({
      'match[]': '{job="modelmeter",__name__!~"up|scrape_.*"}',
    });
    const { data } = await getJson<Answer<readonly Labels[]>>(`${api}/series?${query}`);
    const stored = data.map(({ __name__: name, job, instance, ...labels }) =>
      labelled(name, labels),
    );
    const sorted = (line: string): string => {
      const [, name = '', inside = ''] = /^(\w+)\{(.*)\}$/.exec(line) ?? [];
      const labels = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return labelled(name, Object.fromEntries(labels.map(([, key, value]) => [key, value])));
    };
    expect(stored.sort()).toEqual(written.map(sorted).sort());
    expect(written.length).toBeGreaterThan(300);
  });

  it('keeps types and units', async () => {
    type Metadata = Record<string, { type: string; unit: string; help: string }[]>;
    const { data } = await getJson<Answer<Metadata>>(`${api}/metadata`);
    expect(data.model_prediction_seconds?.[0]).toMatchObject({
      type: 'histogram',
      unit: 'seconds',
    });
    expect(data.model_predictions?.[0]).toMatchObject({ type: 'counter' });
    expect(data.process_resident_memory_bytes?.[0]).toMatchObject({ type: 'gauge', unit: 'bytes' });
  });

  it('links a latency bucket to the trace of its last prediction', async () => {
    type Exemplars = { exemplars: { labels: Labels; value: string; timestamp: number }[] }[];
    const exemplar = await waitFor(
      'the exemplar',
      async () => {
        const now = Date.now() / 1000;
        const { data } = await getJson<Answer<Exemplars>>(
          `${api}/query_exemplars?query=model_prediction_seconds_bucket&start=${now - 600}&end=${now}`,
        );
        return data[0]?.exemplars[0];
      },
      { timeoutMs: 120_000 },
    );
    expect(exemplar.labels).toEqual({ trace_id: traceId, span_id: '00f067aa0ba902b7' });
    const seconds = Number(exemplar.value);
    expect(await values('model_prediction_seconds_sum')).toEqual([seconds]);
  });

  it('contains the metrics of the process and its GPU', async () => {
    await waitFor('the GPU', async () => (await values('gpu_utilization_ratio'))[0], {
      timeoutMs: 120_000,
    });
    expect(await values(`gpu_memory_used_bytes{uuid="${gpu}"}`)).toEqual([10_737_418_240]);
    expect(await values('gpu_power_watts')).toEqual([]);
    for (const metric of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']) {
      expect((await values(metric))[0], metric).toBeGreaterThan(0);
    }
    expect(await values('nodejs_gc_duration_seconds_count')).toHaveLength(4);
  });

  it('has no duplicate series and no error', async () => {
    const { data } = await getJson<Answer<{ activeTargets: { lastError: string }[] }>>(
      `${api}/targets?state=active`,
    );
    expect(data.activeTargets.map(({ lastError }) => lastError)).toEqual(['']);
    const [added] = await values('scrape_samples_scraped');
    const lines = (await scrapeText()).match(/^[^#\n].*$/gm)?.length;
    expect(added).toBe(lines);
  });
});

function labelled(name = '', labels: Labels): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort())}`;
}
