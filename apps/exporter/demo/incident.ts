import type { JourneyFeatures } from './journey.js';

/** A stretch of time in which the data arrive wrong. */
export interface Incident {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The code under which the busiest airport arrives while the incident lasts. */
export const renamedAirport = { from: 'ORD', to: 'KORD' } as const;

/**
 * What the model gets of a flight: while the incident lasts, recent delays in seconds in place of
 * minutes, and O'Hare under a code that the training never saw.
 */
export function applyIncident(
  features: JourneyFeatures,
  timeMs: number,
  incident: Incident | undefined,
): JourneyFeatures {
  if (incident === undefined || timeMs < incident.fromMs || timeMs >= incident.toMs) {
    return features;
  }
  return {
    ...features,
    origin: renamed(features.origin),
    destination: renamed(features.destination),
    origin_delay: features.origin_delay * 60,
    destination_delay: features.destination_delay * 60,
  };
}

function renamed(airport: string): string {
  return airport === renamedAirport.from ? renamedAirport.to : airport;
}
