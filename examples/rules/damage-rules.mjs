/** @import { Strike } from './strikes.mjs' */

/**
 * Estimates the probability that a bird strike has damaged the aircraft, from the size of the bird,
 * the phase of the flight and the speed.
 *
 * @param {Strike} strike
 */
export function damageChance({ size, phase, speed }) {
  const isClimbing = phase === 'Climb' || phase === 'Take-off run';
  if (size === 'Large') return (speed ?? 0) >= 180 ? 0.5 : 0.4;
  if (size === 'Medium') return isClimbing || phase === 'Descent' ? 0.15 : 0.08;
  return isClimbing ? 0.08 : 0.03;
}
