import { execFile, spawnSync } from 'node:child_process';
import { copyFile, cp, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missingPrograms, type Program, startProgram, waitFor } from './servers.js';

/** A Docker engine, and the environment of commands that use it. */
export interface DockerEngine {
  readonly description: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the test started the engine; it cannot pull images and needs substitutes for them. */
  readonly own: boolean;
  stop(): Promise<void>;
}

const ownPrograms = ['dockerd', 'mmdebstrap', 'prometheus', 'prometheus-alertmanager'];

/** The compose command of this machine; version 2 if it is installed. */
export const composeCommand: readonly string[] =
  spawnSync('docker', ['compose', 'version']).status === 0
    ? ['docker', 'compose']
    : ['docker-compose'];

/** Why this machine has no engine; undefined if one runs or can be started. */
export function whyNoEngine(): string | undefined {
  const missing = missingPrograms(['docker', composeCommand[0]!]);
  if (missing.length > 0) return `${missing.join(' and ')} not installed`;
  if (engineRuns()) return undefined;
  if (process.getuid?.() !== 0) return 'no Docker engine runs, and only root can start one';
  const missingHere = missingPrograms(ownPrograms);
  return missingHere.length === 0
    ? undefined
    : `no Docker engine runs, and to start one ${missingHere.join(' and ')} must be installed`;
}

function engineRuns(): boolean {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}']).status === 0;
}

/** The running engine, or a new one whose images are stored in `folder`. */
export async function startDockerEngine(folder: string): Promise<DockerEngine> {
  if (engineRuns()) {
    const environment = { ...process.env };
    const version = await run('docker', ['version', '--format', '{{.Server.Version}}']);
    return {
      description: `the engine that runs here, ${version}, with images as published`,
      environment,
      own: false,
      async stop() {},
    };
  }
  const host = `unix://${join(folder, 'docker.sock')}`;
  const daemon = startProgram('dockerd', [
    ...['--host', host, '--pidfile', join(folder, 'docker.pid')],
    ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
    // Does not change the network of the machine: published ports use a proxy, and builds use the
    // network of the machine.
    ...['--bridge', 'none', '--iptables=false', '--ip6tables=false'],
  ]);
  const environment = { ...process.env, DOCKER_HOST: host };
  try {
    const description = await waitForEngine(daemon, environment);
    return { description, environment, own: true, stop: () => stopEngine(daemon, folder) };
  } catch (error) {
    await stopEngine(daemon, folder);
    throw error;
  }
}

async function waitForEngine(daemon: Program, environment: NodeJS.ProcessEnv): Promise<string> {
  const format = '{{.ServerVersion}}, storage {{.Driver}}, cgroups {{.CgroupVersion}}';
  const version = await waitFor(
    'the Docker engine',
    () => run('docker', ['info', '--format', format], { environment }),
    { timeoutMs: 120_000, program: daemon },
  );
  return `an engine of its own, ${version}, with stand-ins for images made of Debian packages`;
}

async function stopEngine(daemon: Program, folder: string): Promise<void> {
  await daemon.stop();
  // The engine leaves this mount behind, which prevents the removal of the folder.
  await run('umount', [join(folder, 'exec/netns/default')]).catch(() => {});
}

/** Images by their names in the Dockerfile and the compose file. */
export interface StandIns {
  readonly node: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

/**
 * Builds substitutes for published images: a Debian system with the programs of this machine and
 * with the users, folders and entry points of the originals.
 */
export async function buildSubstitutes(
  names: StandIns,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const context = join(folder, 'stand-ins');
  await mkdir(context, { recursive: true });
  const system = join(folder, 'debian.tar');
  await run('mmdebstrap', [
    ...['--mode=root', '--variant=essential', '--include=libstdc++6'],
    ...[await codename(), system, ...(await debianMirror())],
  ]);
  await run('docker', ['import', system, 'debian-stand-in'], { environment });

  await cp(await realpath('/usr/share/prometheus'), join(context, 'share'), { recursive: true });
  for (const program of ['prometheus', 'prometheus-alertmanager']) {
    await copyFile(await pathOf(program), join(context, program));
  }
  await copyFile(process.execPath, join(context, 'node'));
  // The npm command is a link to npm/bin/npm-cli.js.
  const npm = join(await pathOf('npm'), '../..');
  await cp(npm, join(context, 'npm'), { recursive: true });
  await writeFile(
    join(context, 'npmrc'),
    `registry=${await run('npm', ['config', 'get', 'registry'])}\n`,
  );
  await writeFile(join(context, 'certificates.crt'), await certificates());

  const build = async (name: string, lines: readonly string[]): Promise<void> => {
    const file = join(context, 'Dockerfile');
    await writeFile(file, ['FROM debian-stand-in', ...lines, ''].join('\n'));
    await run('docker', ['build', '--network', 'host', '--tag', name, context], { environment });
  };
  await build(names.node, [
    'COPY node /usr/local/bin/node',
    'COPY npm /usr/local/lib/node_modules/npm',
    'COPY npmrc /usr/local/etc/npmrc',
    'COPY certificates.crt /etc/ssl/certs/ca-certificates.crt',
    'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
    'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm' +
      ' && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx' +
      ' && echo "node:x:1000:1000::/home/node:/bin/bash" >> /etc/passwd' +
      ' && echo "node:x:1000:" >> /etc/group' +
      ' && mkdir -p /home/node && chown 1000:1000 /home/node',
    'CMD ["node"]',
  ]);
  const server = (program: string, name: string, home: string): readonly string[] => [
    `COPY ${program} /bin/${name}`,
    'COPY share /usr/share/prometheus',
    `RUN mkdir -p ${home} && chown 65534:65534 ${home}`,
    'USER nobody',
    `WORKDIR ${home}`,
    `ENTRYPOINT ["/bin/${name}"]`,
  ];
  await build(names.prometheus, server('prometheus', 'prometheus', '/prometheus'));
  await build(
    names.alertmanager,
    server('prometheus-alertmanager', 'alertmanager', '/alertmanager'),
  );
}

/** The release of this machine, so that its programs find their libraries. */
async function codename(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8');
  const name = /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1];
  if (name === undefined) {
    throw new Error(`/etc/os-release names no release; images can be made on Debian only\n${text}`);
  }
  return name;
}

/** The package mirror of this machine; empty for the default if it is not known. */
async function debianMirror(): Promise<string[]> {
  const args = ['indextargets', '--format', '$(SITE)', 'Created-By: Packages'];
  const [mirror] = (await run('apt-get', [...args, `Codename: ${await codename()}`])).split('\n');
  return mirror ? [mirror] : [];
}

async function pathOf(program: string): Promise<string> {
  return realpath(await run('which', [program]));
}

/** Additional certificates that npm trusts here; none if those of Node are sufficient. */
async function certificates(): Promise<string> {
  const configured = await run('npm', ['config', 'get', 'cafile']);
  const path = configured === 'null' ? process.env.NODE_EXTRA_CA_CERTS : configured;
  return path === undefined ? '' : readFile(path, 'utf8');
}

const execute = promisify(execFile);

/** Runs a program and returns its trimmed output; an error contains the output. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly environment?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<string> {
  try {
    const { stdout } = await execute(command, [...args], {
      env: options.environment ?? process.env,
      cwd: options.cwd,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const last = `${stdout}\n${stderr}`.trim().slice(-4000);
    throw new Error(`${command} ${args.join(' ')} failed\n${last || String(error)}`);
  }
}
