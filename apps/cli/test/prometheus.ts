import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the programs of Prometheus are missing; says so, and throws where CI is set. */
export function isPrometheusMissing(what: string): boolean {
  const missing = ['prometheus', 'promtool'].filter(
    (program) => spawnSync('which', [program]).status !== 0,
  );
  if (missing.length === 0) return false;
  const text = `NOT RUN: ${what} needs ${missing.join(' and ')} (Debian: apt-get install prometheus)`;
  if (process.env.CI) throw new Error(text);
  console.warn(text);
  return true;
}

/** The address of a server that listens on a free port of this machine. */
export async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const url = await listening(server);
  server.close();
  await once(server, 'close');
  return Number(new URL(url).port);
}

/** A Prometheus that answers. */
export interface RunningPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts Prometheus with a configuration file and a folder of data, and waits until it is ready. */
export async function startPrometheus(
  configFile: string,
  dataFolder: string,
): Promise<RunningPrometheus> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn('prometheus', [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${dataFolder}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit');
  for (let attempt = 0; attempt < 1000 && child.exitCode === null; attempt += 1) {
    const ready = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (ready?.ok) {
      return {
        url,
        stop: async () => {
          child.kill('SIGTERM');
          await exited;
        },
      };
    }
    await sleep(250);
  }
  child.kill('SIGKILL');
  throw new Error(`prometheus is not ready\n${output}`);
}
