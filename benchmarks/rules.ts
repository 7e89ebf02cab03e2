/**
 * Seconds that one evaluation of each group of rules takes, for fleets of several sizes, on
 * Prometheus and on VictoriaMetrics with vmalert. The series are written to the engine first: an hour
 * of counters every 15 s, and days of recorded steps. Engines that are not installed are NOT RUN.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderRules } from '@modelmeter/alerts';
import { encodeWriteRequest } from './remote-write.js';
import { type FleetSeries, fleetSeries, samplesOf } from './rules-series.js';
import { amount, isSmoke } from './smoke.js';

const fleets = isSmoke ? [5] : [10, 100, 1000];
const days = amount(3, 0.25);
/** Samples of this many seconds are written together, in order, as engines expect them. */
const sliceSeconds = 3600;
const samplesPerRequest = 20_000;

/** Seconds of the last evaluation by group. */
type Durations = Readonly<Record<string, number>>;

const engines: readonly {
  readonly name: string;
  readonly programs: readonly string[];
  readonly measure: (folder: string, series: readonly FleetSeries[]) => Promise<Durations>;
}[] = [
  { name: 'Prometheus', programs: ['prometheus'], measure: onPrometheus('prometheus') },
  ...(process.env.MODELMETER_PROMETHEUS_3 === undefined
    ? []
    : [
        {
          name: 'Prometheus 3',
          programs: [process.env.MODELMETER_PROMETHEUS_3],
          measure: onPrometheus(process.env.MODELMETER_PROMETHEUS_3),
        },
      ]),
  {
    name: 'VictoriaMetrics',
    programs: ['victoria-metrics', 'vmalert'],
    measure: onVictoriaMetrics,
  },
];

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}\n`);
for (const { name, programs, measure } of engines) {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error);
  if (missing.length > 0) {
    console.log(`${name}: NOT RUN, ${missing.join(' and ')} is not installed`);
    continue;
  }
  for (const modelReplicas of fleets) {
    const folder = await mkdtemp(join(tmpdir(), 'modelmeter-rules-'));
    try {
      const series = fleetSeries(modelReplicas, days);
      const durations = await measure(folder, series);
      const all = Object.values(durations).reduce((sum, seconds) => sum + seconds, 0);
      const groups = Object.entries(durations).map(([group, s]) => `${group} ${s.toFixed(3)}`);
      console.log(`${name}, ${modelReplicas} model-replicas, ${series.length} series:`);
      console.log(`  ${all.toFixed(3)} s in all groups: ${groups.join(', ')}`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function onPrometheus(program: string) {
  return async (folder: string, series: readonly FleetSeries[]): Promise<Durations> => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const config = join(folder, 'prometheus.yml');
    await writeFile(config, 'global: { evaluation_interval: 15s }\n');
    const server = start(program, [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--web.enable-lifecycle',
    ]);
    try {
      await answering(`${url}/-/ready`);
      await write(`${url}/api/v1/write`, series);
      const files = await writeRules(folder);
      await writeFile(config, `rule_files: ${JSON.stringify(files.paths)}\n`);
      await fetch(`${url}/-/reload`, { method: 'POST' });
      return await untilKnown(async () => {
        const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as RulesAnswer;
        const isDone = data.groups.every(({ rules }) =>
          rules.every((rule) => rule.evaluationTime > 0),
        );
        if (data.groups.length === 0 || !isDone) return undefined;
        return Object.fromEntries(data.groups.map((group) => [group.name, group.evaluationTime]));
      });
    } finally {
      await stop(server);
    }
  };
}

interface RulesAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly name: string;
      readonly evaluationTime: number;
      readonly rules: readonly { readonly evaluationTime: number }[];
    }[];
  };
}

async function onVictoriaMetrics(
  folder: string,
  series: readonly FleetSeries[],
): Promise<Durations> {
  const [port, alertPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const server = start('victoria-metrics', [
    `-storageDataPath=${join(folder, 'data')}`,
    `-httpListenAddr=127.0.0.1:${port}`,
  ]);
  let alerting: ChildProcess | undefined;
  try {
    await answering(`${url}/-/ready`);
    await write(`${url}/api/v1/write`, series);
    const files = await writeRules(folder);
    alerting = start('vmalert', [
      ...files.paths.map((path) => `-rule=${path}`),
      `-datasource.url=${url}`,
      `-remoteWrite.url=${url}`,
      '-notifier.url=http://127.0.0.1:9',
      `-httpListenAddr=127.0.0.1:${alertPort}`,
    ]);
    const expected = files.groups;
    return await untilKnown(async () => {
      const page = await (await fetch(`http://127.0.0.1:${alertPort}/metrics`)).text();
      const found = [
        ...page.matchAll(
          /^vmalert_iteration_duration_seconds{group="([^"]+)".*quantile="0.99"} (\S+)$/gm,
        ),
      ].map(([, group, seconds]) => [group!, Number(seconds)] as const);
      const isDone = found.length >= expected && found.every(([, seconds]) => seconds > 0);
      return isDone ? Object.fromEntries(found) : undefined;
    });
  } finally {
    if (alerting !== undefined) await stop(alerting);
    await stop(server);
  }
}

/**
 * Writes the rules as an engine of before 2023 loads them, too: without `keep_firing_for`. Without
 * their intervals, no group waits five minutes for its first evaluation.
 */
async function writeRules(
  folder: string,
): Promise<{ readonly paths: readonly string[]; readonly groups: number }> {
  const paths: string[] = [];
  let groups = 0;
  for (const { file, text } of renderRules()) {
    const path = join(folder, file);
    await writeFile(path, text.replaceAll(/^ +(?:keep_firing_for|interval): .*\n/gm, ''));
    paths.push(path);
    groups += text.match(/^ +- name: /gm)?.length ?? 0;
  }
  return { paths, groups };
}

async function write(url: string, series: readonly FleetSeries[]): Promise<void> {
  const endMs = Math.floor(Date.now() / 15_000) * 15_000;
  const longest = Math.max(...series.map(({ history }) => history));
  let batch: Parameters<typeof encodeWriteRequest>[0][number][] = [];
  let samples = 0;
  const send = async (): Promise<void> => {
    if (samples === 0) return;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(encodeWriteRequest(batch)),
    });
    if (!response.ok)
      throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    batch = [];
    samples = 0;
  };
  for (let fromSeconds = longest; fromSeconds > 0; fromSeconds -= sliceSeconds) {
    const slice = { fromSeconds, toSeconds: Math.max(0, fromSeconds - sliceSeconds + 1), endMs };
    for (const one of series) {
      const part = samplesOf(one, slice);
      if (part.timesMs.length === 0) continue;
      batch.push({ labels: one.labels, ...part });
      samples += part.timesMs.length;
      if (samples >= samplesPerRequest) await send();
    }
    await send();
  }
}

async function untilKnown(find: () => Promise<Durations | undefined>): Promise<Durations> {
  const deadline = Date.now() + 600_000;
  while (Date.now() < deadline) {
    const found = await find().catch(() => undefined);
    if (found !== undefined) return found;
    await sleep(1000);
  }
  throw new Error('No evaluation of all groups ended within ten minutes');
}

async function answering(url: string): Promise<void> {
  await untilKnown(async () => ((await fetch(url)).ok ? {} : undefined));
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: 'ignore' });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(),
      );
    });
  });
}
