/** A window of an alert, and the evidence over it from which the alert fires. */
export interface EvidenceWindow {
  /** A Prometheus duration. */
  readonly range: string;
  readonly minutes: number;
  /** In nats: half the square of so many standard errors. */
  readonly evidence: number;
}

/**
 * Windows of quality. A short window finds a large fall soon, a long one finds a small fall, or any
 * fall where targets are few; the shorter it is, the more often it is looked at, and the more
 * evidence it requires. `npm run calibration` prints what follows.
 */
export const qualityWindows: readonly EvidenceWindow[] = [
  { range: '1h', minutes: 60, evidence: nats(4.1) },
  { range: '6h', minutes: 360, evidence: nats(4) },
  { range: '1d', minutes: 1440, evidence: nats(3.7) },
  { range: '3d', minutes: 4320, evidence: nats(3.6) },
  { range: '1w', minutes: 10_080, evidence: nats(3.5) },
];

/** Windows whose ratio of failed or of slow calls an alert shows. */
export const callWindows = ['5m', '1h', '6h', '1d'] as const;

/** An alert of a detector shows the shortest window with so much evidence. */
export const shownEvidence: number = nats(2);

/** Evidence that more than its budget is used up, without which a burn rate means nothing. */
export const burnEvidence: number = nats(4);

/** The hours from which the dispersion of outcomes is measured, and how far back they end. */
export const dispersionRange = '1w';
export const dispersionDelay = '1d';

/** Squares of an hour count for at most so many times their expected value. */
export const dispersionCap = 100;

function nats(standardErrors: number): number {
  return Number((standardErrors ** 2 / 2).toPrecision(4));
}
