import type { JourneyFeatures } from './journey.js';

/** A period in which the data arrive wrong. */
export interface Incident {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The wrong code of the busiest airport during the incident. */
export const renamedAirport = { from: 'ORD', to: 'KORD' } as const;

/**
 * Changes the features of a flight during the incident: recent delays in seconds instead of
 * minutes, and O'Hare under a code that is not in the training data.
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
