import type { ChampionComparison } from '../quality/champion-comparison.js';
import type { ChampionConfig } from '../settings/champion.js';
import { comparisonDecisions, pairResults, scoreBounds } from '../vocabulary.js';
import type { ModelLabels } from './label-sets.js';
import { byLabel } from './series-by-label.js';
import type { SeriesStore } from './tracked-store.js';

/** Publishes how a version compares with its champion. */
export interface ChampionInstruments {
  champion(found: ChampionComparison | undefined): void;
}

/** The series of a comparison; a model without a champion has none. */
export function createChampionInstruments(
  store: SeriesStore,
  model: ModelLabels,
  settings: ChampionConfig | undefined,
): ChampionInstruments {
  if (settings === undefined) return { champion() {} };
  const labels = { ...model, champion_version: settings.version };
  const difference = store.gauge('model_challenger_difference', labels);
  const bounds = byLabel(scoreBounds, (bound) =>
    store.gauge('model_challenger_difference_bound', { ...labels, bound }),
  );
  const margin = store.gauge('model_challenger_margin', labels);
  const decisions = byLabel(comparisonDecisions, (decision) =>
    store.gauge('model_challenger_decision', { ...labels, decision }),
  );
  const targets = byLabel(pairResults, (result) =>
    store.counter('model_challenger_targets_total', { ...labels, result }),
  );
  return {
    champion(found) {
      if (found === undefined) return;
      difference.set(found.difference);
      for (const bound of scoreBounds) {
        bounds[bound].set(found.difference === undefined ? undefined : found[bound]);
      }
      margin.set(found.margin);
      for (const decision of comparisonDecisions) {
        decisions[decision].set(Number(found.decision === decision));
      }
      for (const result of pairResults) targets[result].setTotal(found.targets[result]);
    },
  };
}
