import { fileURLToPath } from 'node:url';
import { createMonitor } from '@modelmeter/core';
import { monitorSession } from '@modelmeter/onnx';
import Fastify from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/**
 * @import { FastifyBaseLogger, FastifyReply } from 'fastify'
 * @import { CallDetails, ObservedPrediction } from '@modelmeter/core'
 * @typedef {{ hour: number, distance: number, origin: string }} Flight
 * @typedef {{ prediction_id: string, target: boolean }[]} Targets
 * @typedef {Awaited<ReturnType<typeof loadModel>>} Model
 */

const decisionThreshold = 0.2;

const registry = new Registry();
collectDefaultMetrics({ register: registry });
const requestSeconds = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time of a request in seconds.',
  labelNames: ['route', 'status'],
  registers: [registry],
});

// The live version answers; its shadow predicts the same flights, for comparison only.
const live = await loadModel('1');
const shadow = await loadModel('2');

/** @type {Promise<unknown>} */
let lastTurn = Promise.resolve();

const server = Fastify({
  logger: true,
  disableRequestLogging: true,
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
    required: ['prediction_id', 'target'],
    properties: { prediction_id: { type: 'string' }, target: { type: 'boolean' } },
  },
};

server.post('/predict', { schema: { body: flightSchema } }, async (request, reply) => {
  const flight = /** @type {Flight} */ (request.body);
  const call = { predictionIds: [request.id], context: request.log };
  const signal = signalOfClient(reply);
  const probability = await inTurn(() => predict(live, flight, { ...call, signal }));
  inTurn(() => predict(shadow, flight, call)).catch((error) => request.log.error(error));
  return {
    prediction_id: request.id,
    model_version: live.monitor.model.version,
    probability,
    late: probability >= decisionThreshold,
  };
});

server.post('/targets', { schema: { body: targetsSchema } }, async (request) => {
  const targets = /** @type {Targets} */ (request.body).map(({ prediction_id, target }) => ({
    predictionId: prediction_id,
    value: target,
  }));
  shadow.monitor.recordTargets(targets);
  return live.monitor.recordTargets(targets);
});

server.get('/metrics', async (_request, reply) =>
  reply.type(registry.contentType).send(await registry.metrics()),
);

server.addHook('onResponse', async (request, reply) => {
  const route = request.routeOptions.url ?? 'unknown';
  // 499: the client left before it had its answer.
  const status = reply.raw.writableFinished ? reply.statusCode : 499;
  requestSeconds.observe({ route, status }, reply.elapsedTime / 1000);
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
await server.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? '::' });

/** @param {string} version */
async function loadModel(version) {
  const monitor = createMonitor({
    model: { name: 'late-flights', version, runtime: 'onnx' },
    features: [
      { name: 'hour', type: 'numeric', cycle: 'day' },
      { name: 'distance', type: 'numeric' },
      { name: 'origin', type: 'categorical' },
    ],
    outputs: { task: 'binary', score: 'probabilities', decision_threshold: decisionThreshold },
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
 * Aborts when the client leaves before it has its answer.
 *
 * @param {FastifyReply} reply
 */
function signalOfClient(reply) {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/**
 * ONNX Runtime works on the thread of the server. Calls take turns, so that between two of them it
 * answers others, and hears of clients that have left before it works for them.
 *
 * @template Result
 * @param {() => Promise<Result>} run
 */
function inTurn(run) {
  const result = lastTurn.then(run);
  lastTurn = result.catch(() => {});
  return result;
}

async function stop() {
  server.log.info('stopping: open requests are answered, new ones are not taken');
  await server.close();
  await lastTurn;
  await Promise.all([live.session.release(), shadow.session.release()]);
  server.log.info('stopped');
}
