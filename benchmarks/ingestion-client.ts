/** Sends a batch of predictions over a few connections as fast as they are taken. */

import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';

const [url, bodyFile, seconds] = process.argv.slice(2) as [string, string, string];
const connections = 4;
const body = await readFile(bodyFile);
const agent = new Agent({ keepAlive: true, maxSockets: connections });

function send(): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
    })
      .on('error', reject)
      .end(body);
  });
}

const latencies: number[] = [];
const statuses: Record<number, number> = {};
const end = performance.now() + Number(seconds) * 1000;
await Promise.all(
  Array.from({ length: connections }, async () => {
    while (performance.now() < end) {
      const start = performance.now();
      const status = await send();
      latencies.push(performance.now() - start);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }),
);
agent.destroy();
process.send!({ latencies, statuses });
process.disconnect();
