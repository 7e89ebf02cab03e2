import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The programs of a list that are not on the PATH. */
export function missingPrograms(names: readonly string[]): string[] {
  return names.filter((name) => spawnSync('which', [name]).status !== 0);
}

/** A free port of loopback. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A child process and its output so far. */
export interface Program {
  readonly output: () => string;
  stop(): Promise<number | null>;
}

/** Starts a program and keeps its output for error messages. */
export function startProgram(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Program {
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.on('error', (error) => (text += String(error)));
  return {
    output: () => text,
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const [code] = await exited;
      clearTimeout(timer);
      return code as number | null;
    },
  };
}

/** Calls `ready` until it returns a value; an error contains the output of the program. */
export async function waitFor<Result>(
  what: string,
  ready: () => Promise<Result | undefined>,
  options: { readonly timeoutMs: number; readonly everyMs?: number; readonly program?: Program },
): Promise<Result> {
  const deadline = Date.now() + options.timeoutMs;
  while (Date.now() < deadline) {
    const result = await ready().catch(() => undefined);
    if (result !== undefined) return result;
    await sleep(options.everyMs ?? 250);
  }
  throw new Error(
    `${what} did not come within ${options.timeoutMs / 1000} s\n${options.program?.output() ?? ''}`,
  );
}

/** An alert in the request body of Alertmanager. */
export interface DeliveredAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly receivedMs: number;
}

/** A webhook receiver on loopback. */
export interface WebhookReceiver {
  readonly address: string;
  readonly alerts: readonly DeliveredAlert[];
  close(): void;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const alerts: DeliveredAlert[] = [];
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    for (const alert of JSON.parse(body).alerts) alerts.push({ ...alert, receivedMs: Date.now() });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    alerts,
    close() {
      server.close();
    },
  };
}

/** Fetches JSON from a URL. */
export async function getJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
  return (await response.json()) as Body;
}
