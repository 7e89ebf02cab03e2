import type { Route } from '../route.js';
import { driftRoutes } from './drift.js';
import { inferenceRoutes } from './inference.js';
import { ingestionRoutes } from './ingestion.js';
import { operationsRoutes } from './operations.js';
import { pageRoutes } from './pages.js';

/** Every route of the exporter. */
export const routes: readonly Route[] = [
  ...inferenceRoutes,
  ...ingestionRoutes,
  ...driftRoutes,
  ...operationsRoutes,
  ...pageRoutes,
];
