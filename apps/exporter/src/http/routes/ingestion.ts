import {
  predictionRow,
  predictionsAccepted,
  recordPredictions,
} from '../../ingestion/predictions.js';
import { recordTargets, targetRow, targetsRecorded } from '../../ingestion/targets.js';
import { rowsBody } from '../request-body.js';
import { type Route, route } from '../route.js';

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
    answer: { description: 'All predictions are recorded.', schema: predictionsAccepted },
    errors: ['MODEL_UNKNOWN'],
    handle: async ({ models }, { readBody }) => recordPredictions(await readBody(), models),
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
    answer: { description: 'All targets are recorded.', schema: targetsRecorded },
    errors: ['MODEL_UNKNOWN', 'TARGET_UNMATCHED'],
    handle: async ({ models }, { readBody }) => recordTargets(await readBody(), models),
  }),
];
