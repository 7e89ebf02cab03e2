import { z } from 'zod';
import {
  predictionRow,
  predictionsAccepted,
  recordPredictions,
} from '../../ingestion/predictions.js';
import { recordTargets, targetRow, targetsRecorded } from '../../ingestion/targets.js';
import { loggedRows } from '../../payloads/logged-rows.js';
import { payloadBody } from '../payload-body.js';
import { rowsBody } from '../request-body.js';
import { type Route, route } from '../route.js';

const payloadTaken = z
  .strictObject({
    status: z
      .enum(['waiting', 'recorded'])
      .describe('`waiting` until the other half of the call comes.'),
    prediction_ids: z.array(z.string()).optional().describe('Ids in the order of the rows.'),
  })
  .meta({ id: 'PayloadTaken' });

/** Predictions made elsewhere, and the targets of all predictions. */
export const ingestionRoutes: readonly Route[] = [
  route({
    id: 'recordPredictions',
    audience: 'Ingestion',
    method: 'POST',
    path: '/v1/predictions',
    summary: 'Records predictions that another service has made',
    description:
      'Records all predictions of the body, or none when one of them is invalid. Predictions whose id is known are not recorded again.',
    body: rowsBody(predictionRow),
    keeps: 'inputs',
    answer: { description: 'All predictions are recorded.', schema: predictionsAccepted },
    errors: ['MODEL_UNKNOWN'],
    handle: async ({ models }, { readBody }) => recordPredictions(await readBody(), models),
  }),
  route({
    id: 'recordPayload',
    audience: 'Ingestion',
    method: 'POST',
    path: '/v1/payloads',
    summary: 'Records what an inference logger sends',
    description:
      'Takes the CloudEvents of the loggers of KServe and Seldon, in the binary or the structured mode: `logger.url` is the address of this route. A request and its answer are joined by their id, in whatever order they come, and recorded as predictions; the prediction id is that of the events, or `id/0`, `id/1` … for several rows. A matrix or an array holds the features in the order in which the configuration declares them. Of a binary model with two probabilities the second is taken.',
    body: payloadBody,
    keeps: 'inputs',
    answer: {
      description: 'The payload is recorded, or waits for its other half.',
      schema: payloadTaken,
    },
    errors: ['MODEL_UNKNOWN'],
    handle: async ({ models, payloads, limits }, { readBody }) => {
      const payload = await readBody();
      const { config, monitor } = models.find(payload.model);
      const call = payloads.add(payload);
      if (call === undefined) return { status: 'waiting' };
      const rows = loggedRows(call, monitor, {
        version: config.version,
        maximumRows: limits.inferenceRows,
      });
      const { prediction_ids } = await recordPredictions(rows, models);
      return { status: 'recorded', prediction_ids };
    },
  }),
  route({
    id: 'recordTargets',
    audience: 'Ingestion',
    method: 'POST',
    path: '/v1/targets',
    summary: 'Records the targets of predictions',
    description:
      'Joins each target with its prediction by id. Targets that match are recorded even when others do not; the problem body then has `matched`, `duplicate`, `corrected`, `held`, `unused` and `problems`.',
    body: rowsBody(targetRow),
    keeps: 'inputs',
    answer: { description: 'All targets are recorded.', schema: targetsRecorded },
    errors: ['MODEL_UNKNOWN', 'TARGET_UNMATCHED'],
    handle: async ({ models }, { readBody }) => recordTargets(await readBody(), models),
  }),
];
