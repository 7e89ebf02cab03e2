/**
 * A service of four processes, as a user would write it: each meters its own predictions, and the
 * primary answers the scrape for all of them. Prints its address when every worker is done.
 */
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMonitor } from '../../src/monitor.js';
import { buildReference } from '../../src/reference.js';
import { categories, predictionsOf, rightOf, workers } from './traffic.js';

const client = process.argv[2];
const { AggregatorRegistry, Registry } = (
  client === 'prom-client' ? await import('prom-client') : await import('@prometheus-io/client')
) as typeof import('prom-client');

if (cluster.isPrimary) await servePrimary();
else work(Number(process.env.WORKER));

async function servePrimary(): Promise<void> {
  const registry = new AggregatorRegistry();
  const done: Promise<unknown>[] = [];
  for (let worker = 1; worker <= workers; worker += 1) {
    done.push(once(cluster.fork({ WORKER: worker }), 'message'));
  }
  await Promise.all(done);
  const server = createServer((_request, response) => {
    registry.clusterMetrics().then(
      (text) => response.setHeader('content-type', registry.contentType).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
  process.once('SIGTERM', () => {
    server.close();
    cluster.disconnect(() => process.exit(0));
  });
}

function work(worker: number): void {
  const registry = new Registry();
  // Workers need it too: it answers the primary.
  new AggregatorRegistry();
  AggregatorRegistry.setRegistries(registry);
  const features = [{ name: 'kind', type: 'categorical' as const }];
  const monitor = createMonitor({
    model: { name: 'm' },
    features,
    outputs: { task: 'binary', score: 'p' },
    registry,
    quality: { minimumSamples: 1 },
    reference: buildReference({
      modelName: 'm',
      modelVersion: '1',
      created: '',
      source: 'test',
      features,
      columns: { kind: categories },
    }),
  });
  for (let row = 0; row < predictionsOf(worker); row += 1) {
    monitor.observe({
      rows: 1,
      features: [{ names: ['kind'], data: [categories[row % categories.length]!] }],
      outputs: [{ name: 'p', data: Float32Array.of(1) }],
      predictionIds: [`${row}`],
      durationSeconds: worker / 1000,
    });
  }
  const targets = Array.from({ length: predictionsOf(worker) }, (_, row) => ({
    predictionId: `${row}`,
    value: row < rightOf(worker),
  }));
  monitor.recordTargets(targets);
  monitor.setReady(worker !== 3);
  process.send?.('done');
}
