import { budgetAfter, correctWithinBudget, yearlyBudget } from '@modelmeter/core/drift';
import type { Random } from '@modelmeter/kernel';
import { normalSurvival } from '@modelmeter/kernel/distributions';
import { benjaminiHochberg } from '@modelmeter/kernel/statistics';
import { twoStandardErrors } from '../bounds.js';
import { percent, type Row } from '../row.js';
import { normal, randomFor } from '../sampling.js';

const watchedFeatures = 50;
const runsPerYear = 1460;
const simulatedYears = 3;
/** A window of 24 hours ends every 6 hours, so that neighbouring runs share rows. */
const runsPerWindow = 4;
/** Correlation between any two features. */
const correlation = 0.5;
const level = 0.05;

/** What happens in a year. */
export interface Scenario {
  readonly name: string;
  readonly incidentsPerYear: number;
  /** Features that differ from the reference from the first month on, for good. */
  readonly lasting: number;
}

export const scenarios: readonly Scenario[] = [
  { name: 'nothing', incidentsPerYear: 0, lasting: 0 },
  { name: '6 incidents a year', incidentsPerYear: 6, lasting: 0 },
  { name: '6 incidents and 5 lasting shifts', incidentsPerYear: 6, lasting: 5 },
];

/** Decides about the p-values of one run after another: whether each feature is significant. */
export type Decision = () => (pValues: Float64Array) => readonly boolean[];

const keys = Array.from({ length: watchedFeatures }, (_, feature) => String(feature));

/** The correction of scheduled runs. */
export const withinBudget: Decision = () => {
  let budget = yearlyBudget(runsPerYear);
  return (pValues) => {
    const byKey = new Map(keys.map((key, feature) => [key, pValues[feature]!]));
    const adjusted = correctWithinBudget(byKey, budget);
    const tested = new Map(keys.map((key) => [key, adjusted.get(key)! < level]));
    budget = budgetAfter(budget, tested);
    return [...tested.values()];
  };
};

/** The correction of a single comparison, used in every run. */
export const everyRunAlone: Decision = () => (pValues) =>
  Array.from(benjaminiHochberg(pValues), (p) => p < level);

/** What an on-call person gets in all simulated years. */
export interface Alarms {
  readonly years: number;
  readonly yearsWithFalseAlarm: number;
  /** Features that became significant. */
  readonly alarms: number;
  readonly falseAlarms: number;
  /** Share of false alarms among the alarms of each period. */
  readonly falseShares: readonly number[];
  /** By year: incidents, and how many were found before the end of their first full window. */
  readonly incidents: readonly number[];
  readonly found: readonly number[];
}

interface Incident {
  readonly feature: number;
  readonly start: number;
  readonly runs: number;
  /** Shift of a full window in standard errors. */
  readonly size: number;
}

/**
 * Years of four runs a day over 50 correlated features, as p-values of two-sided tests on normal
 * statistics. Incidents last two, ten or thirty days.
 */
export function simulateYears(
  scenario: Scenario,
  periods: number,
  seed: number,
  decision: Decision,
): Alarms {
  const random = randomFor(seed, `years of ${scenario.name}`);
  const incidents = Array.from({ length: simulatedYears }, () => 0);
  const found = Array.from({ length: simulatedYears }, () => 0);
  const falseShares: number[] = [];
  let [alarms, falseAlarms, yearsWithFalseAlarm] = [0, 0, 0];
  for (let period = 0; period < periods; period += 1) {
    const drawn = drawIncidents(scenario, random);
    const decide = decision();
    const panes = createPanes(drawn, random);
    const caught = new Set<Incident>();
    const falseByYear = incidents.map(() => 0);
    let ofPeriod = 0;
    let before: readonly boolean[] = [];
    for (let run = 0; run < simulatedYears * runsPerYear; run += 1) {
      const { statistics, isShifted } = panes(run);
      const significant = decide(
        statistics.map((z) => Math.min(1, 2 * normalSurvival(Math.abs(z)))),
      );
      for (const [feature, isSignificant] of significant.entries()) {
        if (!isSignificant || before[feature]) continue;
        ofPeriod += 1;
        if (!isShifted[feature]) falseByYear[Math.floor(run / runsPerYear)]! += 1;
      }
      for (const incident of drawn) {
        const age = run - incident.start;
        if (age >= 0 && age < runsPerWindow && significant[incident.feature]) caught.add(incident);
      }
      before = significant;
    }
    const falseOfPeriod = falseByYear.reduce((sum, count) => sum + count, 0);
    alarms += ofPeriod;
    falseAlarms += falseOfPeriod;
    falseShares.push(falseOfPeriod / Math.max(1, ofPeriod));
    yearsWithFalseAlarm += falseByYear.filter((count) => count > 0).length;
    for (const incident of drawn) {
      if (incident.feature < scenario.lasting) continue;
      const year = Math.floor(incident.start / runsPerYear);
      incidents[year]! += 1;
      if (caught.has(incident)) found[year]! += 1;
    }
  }
  const years = periods * simulatedYears;
  return { years, yearsWithFalseAlarm, alarms, falseAlarms, falseShares, incidents, found };
}

function drawIncidents({ incidentsPerYear, lasting }: Scenario, random: Random): Incident[] {
  const end = simulatedYears * runsPerYear;
  const forGood = Array.from({ length: lasting }, (_, feature) => ({
    feature,
    start: 120,
    runs: end,
    size: 10,
  }));
  const passing = Array.from({ length: incidentsPerYear * simulatedYears }, () => ({
    feature: lasting + random.integer(watchedFeatures - lasting),
    start: random.integer(end - runsPerWindow),
    runs: [8, 40, 120][random.integer(3)]!,
    size: 5 + 7 * random.next(),
  }));
  return [...forGood, ...passing];
}

/** Statistics of overlapping windows, each the sum of its last panes, with a variance of 1. */
function createPanes(incidents: readonly Incident[], random: Random) {
  const perPane = Math.sqrt(runsPerWindow);
  const panes: Float64Array[] = [];
  return (run: number): { readonly statistics: Float64Array; readonly isShifted: boolean[] } => {
    const common = Math.sqrt(correlation) * normal(random);
    const noise = new Float64Array(watchedFeatures);
    for (let feature = 0; feature < watchedFeatures; feature += 1) {
      noise[feature] = common + Math.sqrt(1 - correlation) * normal(random);
    }
    panes.push(noise);
    if (panes.length > runsPerWindow) panes.shift();
    const statistics = new Float64Array(watchedFeatures);
    for (const pane of panes) {
      for (const [feature, value] of pane.entries()) {
        statistics[feature]! += value / Math.sqrt(panes.length);
      }
    }
    const isShifted = keys.map(() => false);
    for (const { feature, start, runs, size } of incidents) {
      const shifted = Math.min(run + 1, start + runs) - Math.max(run + 1 - runsPerWindow, start);
      if (shifted <= 0) continue;
      statistics[feature]! += (size * shifted) / perPane / perPane;
      isShifted[feature] = true;
    }
    return { statistics, isShifted };
  };
}

/** The year of an on-call person, with the goals of the yearly budget. */
export function yearlyBudgetRows(
  periods: number,
  seed: number,
  decision: Decision = withinBudget,
  of: readonly Scenario[] = scenarios,
): Row[] {
  return of.flatMap((scenario) => {
    const measured = simulateYears(scenario, periods, seed, decision);
    const { years, yearsWithFalseAlarm } = measured;
    const falseShare = meanOf(measured.falseShares);
    const alone = simulateYears(scenario, 1, seed, everyRunAlone);
    const most = twoStandardErrors.most(level, years);
    const goal =
      scenario.incidentsPerYear === 0
        ? {
            check: `${scenario.name} happens: years with a false alarm`,
            measured: `${percent(yearsWithFalseAlarm / years)} (${yearsWithFalseAlarm} of ${years})`,
            goal: `≤ 5 % + 2 SE (${most})`,
            met: yearsWithFalseAlarm <= most,
          }
        : {
            check: `${scenario.name}: share of false alarms`,
            measured: percent(falseShare.mean),
            goal: `≤ 5 % + 2 SE (${percent(level + 2 * falseShare.error)})`,
            met: falseShare.mean <= level + 2 * falseShare.error,
          };
    const perYear = (of: Alarms): string =>
      `${(of.alarms / of.years).toFixed(1)}, ${(of.falseAlarms / of.years).toFixed(2)} of them false`;
    return [
      goal,
      { check: `${scenario.name}: alarms a year`, measured: perYear(measured), goal: '' },
      {
        check: `${scenario.name}: alarms a year, every run alone`,
        measured: perYear(alone),
        goal: '',
      },
      ...(scenario.incidentsPerYear === 0 ? [] : foundRows(scenario, measured, alone)),
    ];
  });
}

function foundRows({ name }: Scenario, measured: Alarms, alone: Alarms): Row[] {
  const share = ({ found, incidents }: Alarms, year: number): number =>
    found[year]! / incidents[year]!;
  return [0, simulatedYears - 1].map((year) => ({
    check: `${name}: found by the end of their first window, year ${year + 1}`,
    measured: `${percent(share(measured, year))}; every run alone ${percent(share(alone, year))}`,
    goal: '≥ 90 %',
    met: share(measured, year) >= 0.9,
  }));
}

/** The mean of two values or more, with its standard error. */
function meanOf(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n) };
}
