import { fileURLToPath } from 'node:url';
import { createMonitor } from '@modelmeter/core';
import { monitorSession } from '@modelmeter/onnx';
import Fastify from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/**
 * @import { FastifyBaseLogger, FastifyReply } from 'fastify'
 * @import { CallDetails, ObservedPrediction, Target } from '@modelmeter/core'
 * @typedef {{ hour: number, distance: number, origin: string }} Flight
 * @typedef {Awaited<ReturnType<typeof loadModel>>} Model
 */

const decisionThreshold = 0.2;
const maximumWaiting = 100;

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const requestSeconds = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time of a request in seconds.',
  labelNames: ['route', 'status'],
  registers: [registry],
});

// The live version answers. The shadow predicts the same flights for comparison only.
const live = await loadModel('1');
const shadow = await loadModel('2');

let isStopping = false;
let waiting = 0;
/** @type {Promise<unknown>} */
let lastTurn = Promise.resolve();

const server = Fastify({
  logger: true,
  genReqId: () => live.monitor.newPredictionId(),
});

const flightSchema = {
  type: 'object',
  required: ['hour', 'distance', 'origin'],
  properties: {
    hour: { type: 'integer', minimum: 0, maximum: 23 },
    distance: { type: 'number', exclusiveMinimum: 0 },
    origin: { type: 'string', pattern: '^[A-Z]{3}$' },
  },
};
const targetsSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['predictionId', 'value'],
    properties: { predictionId: { type: 'string' }, value: { type: 'boolean' } },
  },
};

server.post('/predict', { schema: { body: flightSchema } }, async (request, reply) => {
  const flight = /** @type {Flight} */ (request.body);
  const call = { predictionIds: [request.id], context: request.log };
  const signal = signalOfClient(reply);
  const probability = await inTurn(() => predict(live, flight, { ...call, signal }));
  inTurn(() => predict(shadow, flight, call)).catch((error) => request.log.warn(error));
  return {
    predictionId: request.id,
    modelVersion: live.monitor.model.version,
    probability,
    late: probability >= decisionThreshold,
  };
});

server.post('/targets', { schema: { body: targetsSchema } }, async (request) => {
  const targets = /** @type {Target[]} */ (request.body);
  shadow.monitor.recordTargets(targets);
  return live.monitor.recordTargets(targets);
});

server.get('/metrics', async (_request, reply) =>
  reply.type(registry.contentType).send(await registry.metrics()),
);

server.addHook('onSend', async (_request, reply) => {
  // A kept-alive connection would delay the shutdown.
  if (isStopping) reply.header('connection', 'close');
});

server.addHook('onResponse', async (request, reply) => {
  const route = request.routeOptions.url ?? 'unknown';
  requestSeconds.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1000);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
await server.listen({
  port: Number(process.env.PORT ?? 3000),
  host: process.env.HOST ?? '127.0.0.1',
});

/** @param {string} version */
async function loadModel(version) {
  const monitor = createMonitor({
    model: { name: 'late-flights', version, runtime: 'onnx' },
    features: [
      { name: 'hour', type: 'numeric', cycle: 'day' },
      { name: 'distance', type: 'numeric' },
      { name: 'origin', type: 'categorical' },
    ],
    outputs: { task: 'binary', score: 'probabilities', decisionThreshold: decisionThreshold },
    registry,
    hooks: { onPrediction: logPrediction },
  });
  const path = fileURLToPath(new URL(`models/late-flights-${version}.onnx`, import.meta.url));
  const session = monitorSession(await InferenceSession.create(path), monitor);
  monitor.setReady(true);
  return { monitor, session };
}

/**
 * The probability that a flight lands more than 15 minutes late.
 *
 * @param {Model} model
 * @param {Flight} flight
 * @param {CallDetails} call
 */
async function predict({ monitor, session }, { hour, distance, origin }, call) {
  const feeds = {
    hour: new Tensor('float32', [hour], [1, 1]),
    distance: new Tensor('float32', [distance], [1, 1]),
    origin: new Tensor('string', [origin], [1, 1]),
  };
  const { probabilities } = await monitor.withCall(call, () => session.run(feeds));
  return Number(probabilities?.data[1]);
}

/** @param {ObservedPrediction} prediction */
function logPrediction({ model, context, durationSeconds, error }) {
  const log = /** @type {FastifyBaseLogger} */ (context);
  log.info({ modelVersion: model.version, durationSeconds, error }, 'prediction');
}

/**
 * Aborts when the client disconnects before it has its answer.
 *
 * @param {FastifyReply} reply
 */
function signalOfClient(reply) {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (reply.raw.writableFinished) return;
    const error = new Error('The client disconnected before it had its answer.');
    controller.abort(Object.assign(error, { name: 'AbortError', statusCode: 499 }));
  });
  return controller.signal;
}

/**
 * Runs calls one after the other. ONNX Runtime runs on the thread of the server, so between two calls
 * the event loop handles other requests and disconnects. With too many calls waiting, the request
 * gets status 503.
 *
 * @template Result
 * @param {() => Promise<Result>} run
 */
async function inTurn(run) {
  if (waiting >= maximumWaiting) {
    const error = new Error(`${waiting} predictions are waiting. Try again later.`);
    throw Object.assign(error, { statusCode: 503 });
  }
  waiting += 1;
  const result = lastTurn.then(run);
  lastTurn = result.catch(() => {});
  try {
    return await result;
  } finally {
    waiting -= 1;
  }
}

async function stop() {
  isStopping = true;
  server.log.info('stopping: open requests are answered, new connections are refused');
  await server.close();
  await lastTurn;
  await Promise.all([live.session.release(), shadow.session.release()]);
  server.log.info('stopped');
}
