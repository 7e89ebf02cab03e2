/** Sends one request from a thread of its own, so that its work does not count as the exporter's. */
import { parentPort, workerData } from 'node:worker_threads';

const { url, method, type, body } = workerData as {
  readonly url: string;
  readonly method: string;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
};
const response = await fetch(url, { method, headers: { 'content-type': type }, body });
await response.arrayBuffer();
parentPort?.postMessage(response.status);
