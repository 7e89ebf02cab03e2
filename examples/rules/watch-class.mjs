import { createMonitor } from '@modelmeter/core';
import { monitorPredictor } from '@modelmeter/function';
import { Registry } from 'prom-client';
import { damageChance } from './damage-rules.mjs';
import { features, readStrikes } from './strikes.mjs';

/** @import { Strike } from './strikes.mjs' */

class Inspections {
  #due = 0;

  get due() {
    return this.#due;
  }

  /** @param {Strike} strike */
  predict(strike) {
    const chance = damageChance(strike);
    if (chance >= 0.15) this.#due += 1;
    return chance;
  }
}

const registry = new Registry();
const monitor = createMonitor({
  model: { name: 'inspections', runtime: 'rules' },
  features,
  outputs: { task: 'binary', score: 'damage_chance', decisionThreshold: 0.15 },
  registry,
});
const inspections = monitorPredictor(new Inspections(), monitor, { predictionIds: 'generated' });

for (const strike of await readStrikes()) inspections.predict(strike);
inspections.predict({ id: 'mistyped', size: 'Huge', phase: 'Climb', speed: 140 });

console.log(`${inspections.due} inspections are due`);
const metrics = (await registry.metrics()).split('\n');
const shown = /^model_(predictions_total|feature_invalid_total.+category)/;
console.log(metrics.filter((line) => shown.test(line)).join('\n'));
