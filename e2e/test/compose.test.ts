import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  buildSubstitutes,
  composeCommand,
  type DockerEngine,
  run,
  startDockerEngine,
  whyNoEngine,
} from '../docker-engine.js';
import { getJson, missingPrograms, waitFor } from '../servers.js';
import { report } from '../summary.js';

const root = new URL('../../', import.meta.url).pathname;
const composeFile = join(root, 'docker-compose.yaml');
const allProfiles = ['--profile', 'fleet', '--profile', 'gpu'];

const noEngine = whyNoEngine();
if (noEngine !== undefined) {
  const text = `NOT RUN: the stack in containers: ${noEngine}. Taken instead: the checks of the compose file, and the same programs without containers (incident.test.ts)`;
  if (process.env.CI) throw new Error(text);
  console.warn(text);
}
const noCompose = missingPrograms([composeCommand[0]!]).length > 0;

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string };
  readonly volumes?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

interface PrometheusFile {
  readonly global: { readonly scrape_interval: string };
}

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert?: string; readonly record?: string }[];
  }[];
}

async function readYaml<Content>(path: string): Promise<Content> {
  return parse(await readFile(join(root, path), 'utf8'), { merge: true }) as Content;
}

async function ruleFiles(): Promise<readonly string[]> {
  return (await readdir(join(root, 'alerts'))).filter((name) => name.endsWith('.yaml'));
}

/** The image of every stage of the Dockerfile. */
async function baseImages(): Promise<readonly string[]> {
  const text = await readFile(join(root, 'apps/exporter/Dockerfile'), 'utf8');
  return [...text.matchAll(/^FROM (\S+)/gm)].map(([, name]) => name!);
}

describe('the compose file', () => {
  it.skipIf(noCompose)(
    `is one that ${composeCommand.join(' ')} takes, with every profile`,
    async () => {
      const [command, ...first] = composeCommand;
      const args = [...first, '--file', composeFile];
      await run(command!, [...args, 'config', '--quiet']);
      const text = await run(command!, [...args, ...allProfiles, 'config', '--services']);
      expect(text.split('\n').sort()).toEqual(
        ['alertmanager', 'dcgm-exporter', 'exporter', 'grafana', 'prometheus', 'replica'].sort(),
      );
    },
  );

  it('pins the version of every image and of the base of the Dockerfile', async () => {
    const { services } = await readYaml<ComposeFile>('docker-compose.yaml');
    const published = Object.values(services).flatMap(({ image }) => image ?? []);
    expect(published.length).toBe(4);
    const bases = await baseImages();
    expect(new Set(bases).size).toBe(1);
    for (const name of [...published, ...bases]) expect(name).toMatch(/:v?\d+\.\d+\.\d+/);
  });

  it('mounts existing files and folders and declared volumes', async () => {
    const { services, volumes } = await readYaml<ComposeFile>('docker-compose.yaml');
    const sources = Object.values(services)
      .flatMap((service) => service.volumes ?? [])
      .map((mount) => mount.split(':')[0]!);
    const paths = sources.filter((source) => source.startsWith('./'));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const named = sources.filter((source) => !source.startsWith('./'));
    expect(named.sort()).toEqual(Object.keys(volumes).sort());
  });

  it('provisions every dashboard', async () => {
    const { services } = await readYaml<ComposeFile>('docker-compose.yaml');
    const generated: string[] = [];
    for (const name of await readdir(join(root, 'dashboards'))) {
      if (!name.endsWith('.json')) continue;
      const text = await readFile(join(root, 'dashboards', name), 'utf8');
      if (JSON.parse(text).schemaVersion !== undefined) generated.push(name);
    }
    expect(generated.length).toBeGreaterThan(3);
    const mounts = generated.map(
      (name) => `./dashboards/${name}:/var/lib/grafana/dashboards/${name}:ro`,
    );
    const mounted = services.grafana?.volumes?.filter((mount) => mount.includes('/dashboards/'));
    expect([...(mounted ?? [])].sort()).toEqual(mounts.sort());
  });

  it('sets the scrape interval of Prometheus in Grafana', async () => {
    const { global } = await readYaml<PrometheusFile>('deploy/prometheus.yml');
    const { datasources } = await readYaml<{
      readonly datasources: readonly { readonly jsonData: { readonly timeInterval: string } }[];
    }>('deploy/grafana/provisioning/datasources/prometheus.yaml');
    expect(datasources.map(({ jsonData }) => jsonData.timeInterval)).toEqual([
      global.scrape_interval,
    ]);
  });
});

interface Target {
  readonly labels: { readonly job: string; readonly instance: string };
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
}

/** Groups that are evaluated less often are loaded but not waited for. */
const slowSeconds = 60;

interface LoadedRules {
  readonly data: {
    readonly groups: readonly {
      /** Seconds. */
      readonly interval: number;
      readonly rules: readonly { readonly name: string; readonly health: string }[];
    }[];
  };
}

interface QueryResult {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

describe.skipIf(noEngine !== undefined)('the stack in containers', () => {
  const project = `modelmeter-test-${process.pid}`;
  // A separate loopback address where the system has more than one.
  const address = process.platform === 'linux' ? '127.77.0.1' : '127.0.0.1';
  const exporterUrl = `http://${address}:8001`;
  const prometheusUrl = `http://${address}:9090`;
  /** Durations of the parts of the run, in order. */
  const durations: { readonly part: string; readonly seconds: number }[] = [];
  let services = ['exporter', 'prometheus', 'alertmanager'];
  let folder: string;
  let engine: DockerEngine | undefined;
  let baseImage: string;

  const docker = (...args: readonly string[]): Promise<string> =>
    run('docker', args, { environment: engine!.environment });

  const compose = (...args: readonly string[]): Promise<string> => {
    const [command, ...first] = composeCommand;
    return run(
      command!,
      [
        ...[...first, '--project-name', project, '--file', composeFile],
        ...['--file', join(folder, 'test.yaml'), ...args],
      ],
      { environment: { ...engine!.environment, MODELMETER_BIND: address }, cwd: root },
    );
  };

  const containersOf = async (service: string): Promise<readonly string[]> =>
    (
      await docker(
        'ps',
        '--quiet',
        ...ofProject(),
        '--filter',
        `label=com.docker.compose.service=${service}`,
      )
    )
      .split('\n')
      .filter(Boolean);

  const ofProject = (): readonly string[] => [
    '--filter',
    `label=com.docker.compose.project=${project}`,
  ];

  const healthOf = async (container: string): Promise<string> =>
    docker('inspect', '--format', '{{.State.Health.Status}}', container);

  async function timed(part: string, work: () => Promise<unknown>): Promise<void> {
    const startMs = performance.now();
    await work();
    durations.push({ part, seconds: (performance.now() - startMs) / 1000 });
  }

  async function targetsOf(job: string): Promise<readonly Target[]> {
    const { data } = await getJson<{ data: { activeTargets: readonly Target[] } }>(
      `${prometheusUrl}/api/v1/targets?state=active`,
    );
    return data.activeTargets.filter(({ labels }) => labels.job === job);
  }

  /** Waits for a number of targets of a job that are all up. */
  const targetsUp = (job: string, count: number): Promise<readonly Target[]> =>
    waitFor(
      `${count} targets of ${job} that are up`,
      async () => {
        const targets = await targetsOf(job);
        const up = targets.filter(({ health }) => health === 'up');
        return up.length === count && targets.length === count ? targets : undefined;
      },
      { timeoutMs: 180_000, everyMs: 1000 },
    );

  async function sampleOf(query: string): Promise<number> {
    const { data } = await getJson<QueryResult>(
      `${prometheusUrl}/api/v1/query?${new URLSearchParams({ query })}`,
    );
    return Number(data.result[0]?.value[1]);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelmeter-compose-'));
    engine = await startDockerEngine(folder);
    baseImage = (await baseImages())[0]!;
    const { services: declared } = await readYaml<ComposeFile>('docker-compose.yaml');
    await writeOverrides();
    if (engine.own) {
      const { environment } = engine;
      const names = {
        node: baseImage,
        prometheus: declared.prometheus!.image!,
        alertmanager: declared.alertmanager!.image!,
      };
      await timed('substitutes for published images', () =>
        buildSubstitutes(names, folder, environment),
      );
    } else {
      services = [...services, 'grafana'];
    }
    await timed('build of the image', () => compose('build', 'exporter'));
    await timed('start of the stack', async () => {
      await compose('up', '--detach', ...services);
      const [exporter] = await containersOf('exporter');
      await waitFor(
        'a healthy exporter',
        async () => ((await healthOf(exporter!)) === 'healthy' ? true : undefined),
        { timeoutMs: 180_000, everyMs: 1000 },
      );
    });
  }, 900_000);

  afterAll(async () => {
    if (engine !== undefined) {
      await compose(...allProfiles, 'down', '--volumes').catch(console.error);
      await engine.stop();
    }
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** Additions of the test to the stack: a rule that always fires, and the network of its builds. */
  async function writeOverrides(): Promise<void> {
    const rules = join(folder, 'rules');
    await mkdir(rules);
    for (const name of await ruleFiles()) {
      await cp(join(root, 'alerts', name), join(rules, name));
    }
    const alert = { alert: 'StackTest', expr: 'vector(1)', labels: { severity: 'critical' } };
    await writeFile(
      join(rules, 'stack_test.yaml'),
      stringify({ groups: [{ name: 'stack_test', rules: [alert] }] }),
    );
    const built = engine!.own ? { build: { network: 'host' } } : {};
    await writeFile(
      join(folder, 'test.yaml'),
      stringify({
        services: {
          exporter: built,
          replica: built,
          prometheus: { volumes: [`${rules}:/etc/prometheus/rules:ro`] },
        },
      }),
    );
  }

  it('has a small image of the exporter', async ({ task }) => {
    const [exporter] = await containersOf('exporter');
    const sizeOf = async (image: string): Promise<number> =>
      Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6;
    const size = await sizeOf(await docker('inspect', '--format', '{{.Image}}', exporter!));
    const added = size - (await sizeOf(baseImage));
    report(task, 'taken', engine!.description);
    report(
      task,
      'image of the exporter',
      `${size.toFixed(0)} MB, ${added.toFixed(0)} MB of them on top of ${baseImage}${engine!.own ? ' (stand-in)' : ''}`,
    );
    // With the libraries of all platforms it would exceed 300 MB.
    expect(added).toBeLessThan(100);
  });

  it('runs the exporter without privileges on a read-only file system', async () => {
    const [exporter] = await containersOf('exporter');
    const shell = (command: string): Promise<string> =>
      docker('exec', exporter!, 'sh', '-c', command);
    expect(await shell('id -u')).toBe('1000');
    expect(await shell('grep -E "^(CapEff|NoNewPrivs)" /proc/1/status | cut -f 2')).toBe(
      '0000000000000000\n1',
    );
    await expect(shell('echo > /app/file')).rejects.toThrow('Read-only file system');
    expect(await shell('echo > /tmp/file && echo written')).toBe('written');
  });

  it('sends no telemetry about the models', async () => {
    const [exporter] = await containersOf('exporter');
    expect(await docker('exec', exporter!, 'printenv', 'ORT_DISABLE_TELEMETRY')).toBe('1');
    const { environment } = engine!;
    const log = await run('sh', ['-c', `docker logs ${exporter} 2>&1`], { environment });
    expect(log).toContain('late-flights');
    // If telemetry is on, the library warns that it cannot store a machine id.
    expect(log).not.toContain('telemetry');
  });

  it('scrapes the exporter and nothing else', async () => {
    const [target] = await targetsUp('modelmeter', 1);
    expect(target?.labels.instance).toBe('exporter:8001');
    expect(await targetsOf('dcgm')).toEqual([]);
    const predictions = await waitFor(
      'predictions in Prometheus',
      async () => {
        const value = await sampleOf('sum(model_predictions_total{status="success"})');
        return value > 0 ? value : undefined;
      },
      { timeoutMs: 120_000, everyMs: 1000 },
    );
    expect(predictions).toBeGreaterThan(0);
  });

  it('loads and evaluates every rule', async () => {
    const files = await Promise.all(
      (await ruleFiles()).map((name) => readYaml<RuleFile>(`alerts/${name}`)),
    );
    const written = files.flatMap(({ groups }) =>
      groups.flatMap(({ rules }) => rules.map(({ alert, record }) => alert ?? record!)),
    );
    const loaded = await waitFor(
      'an evaluation of every rule but those of slow groups',
      async () => {
        const { data } = await getJson<LoadedRules>(`${prometheusUrl}/api/v1/rules`);
        const isEvaluated = data.groups.every(
          ({ interval, rules }) =>
            interval > slowSeconds || rules.every(({ health }) => health !== 'unknown'),
        );
        return isEvaluated ? data.groups.flatMap(({ rules }) => rules) : undefined;
      },
      { timeoutMs: 120_000, everyMs: 1000 },
    );
    expect(loaded.map(({ name }) => name).sort()).toEqual([...written, 'StackTest'].sort());
    expect(loaded.filter(({ health }) => health === 'err')).toEqual([]);
  });

  it('delivers an alert from Prometheus through Alertmanager to the exporter', async () => {
    const { data } = await getJson<{ data: { activeAlertmanagers: readonly { url: string }[] } }>(
      `${prometheusUrl}/api/v1/alertmanagers`,
    );
    expect(data.activeAlertmanagers.map(({ url }) => url)).toEqual([
      'http://alertmanager:9093/api/v2/alerts',
    ]);
    await timed('from a firing rule to the delivered alert', () =>
      waitFor(
        'the alert on the page of the exporter',
        async () => {
          const page = await (await fetch(exporterUrl)).text();
          return page.includes('StackTest') ? true : undefined;
        },
        { timeoutMs: 120_000, everyMs: 1000 },
      ),
    );
  });

  it('discovers the replicas of a fleet by name and scrapes all of them', async () => {
    await timed('a fleet of replicas', async () => {
      await compose('--profile', 'fleet', 'up', '--detach', 'replica');
      const targets = await targetsUp('modelmeter', 4);
      expect(new Set(targets.map(({ labels }) => labels.instance)).size).toBe(4);
      await waitFor(
        'four ready replicas of the model',
        async () =>
          (await sampleOf('count(model_ready{job="modelmeter"} == 1)')) === 4 ? true : undefined,
        { timeoutMs: 120_000, everyMs: 1000 },
      );
      // One process evaluates drift for any number of processes that count.
      const evaluators = 'count(model_drift_next_run_timestamp_seconds{job="modelmeter"})';
      expect(await sampleOf(evaluators)).toBe(1);
    });
  });

  it('discovers dcgm-exporter by name and uses the name as its instance', async () => {
    const metrics = 'DCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="GPU-0",Hostname="host"} 37\n';
    const program = `require('node:http').createServer((_, response) => response.end(${JSON.stringify(metrics)})).listen(9400)`;
    const image = await docker(
      ...['inspect', '--format', '{{.Image}}', (await containersOf('exporter'))[0]!],
    );
    const container = await docker(
      ...['run', '--detach', '--network', `${project}_default`],
      ...['--network-alias', 'dcgm-exporter', image, 'node', '-e', program],
    );
    try {
      const [target] = await targetsUp('dcgm', 1);
      expect(target?.labels.instance).toBe('dcgm-exporter:9400');
      expect(await sampleOf('DCGM_FI_DEV_GPU_UTIL{job="dcgm"}')).toBe(37);
    } finally {
      await docker('rm', '--force', container);
    }
  });

  it('serves models from a mounted folder', async () => {
    const models = join(folder, 'models');
    await cp(join(root, 'apps/exporter/demo/late-flights'), models, { recursive: true });
    const config = parse(await readFile(join(models, 'config.yaml'), 'utf8'));
    config.monitoring.host = '0.0.0.0';
    config.models[0].name = 'own-model';
    await writeFile(join(models, 'config.yaml'), stringify(config));
    const override = join(folder, 'own.yaml');
    await writeFile(
      override,
      stringify({
        services: {
          exporter: {
            command: 'node apps/exporter/dist/bin.js --config /models/config.yaml',
            volumes: [`${models}:/models:ro`],
          },
        },
      }),
    );
    await compose('--file', override, 'up', '--detach', 'exporter');
    const ready = await waitFor(
      'the own model',
      async () => (await fetch(`${exporterUrl}/v2/models/own-model/ready`)).ok || undefined,
      { timeoutMs: 120_000, everyMs: 1000 },
    );
    expect(ready).toBe(true);
  });

  it('shuts down completely, and keeps its volumes until they are removed', async ({ task }) => {
    const volumes = async (): Promise<readonly string[]> =>
      (await docker('volume', 'ls', '--quiet', ...ofProject())).split('\n').filter(Boolean).sort();
    const before = await volumes();
    for (const service of ['prometheus', 'alertmanager']) {
      expect(before).toContain(`${project}_${service}-data`);
    }
    await timed('end of the stack', () => compose(...allProfiles, 'down'));
    expect(await docker('ps', '--all', '--quiet', ...ofProject())).toBe('');
    expect(await docker('network', 'ls', '--quiet', ...ofProject())).toBe('');
    expect(await volumes()).toEqual(before);
    await compose(...allProfiles, 'down', '--volumes');
    expect(await volumes()).toEqual([]);
    for (const { part, seconds } of durations) report(task, part, `${seconds.toFixed(0)} s`);
  });
});
