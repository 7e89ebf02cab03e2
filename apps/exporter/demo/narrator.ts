import type { DriftReport, FeatureDrift, Monitor } from '@modelmeter/core';
import type { Incident } from './incident.js';
import type { ReplayProgress } from './replay.js';

/** Writes a line per simulated week, and each change of a drift state, to the terminal. */
export interface Narrator {
  start(options: { readonly url: string; readonly secondsPerWeek: number }): void;
  /** Call it after each drift run. */
  drift(report: DriftReport): void;
  end(reason: 'finished' | 'stopped'): void;
}

const dayMs = 86_400_000;
const punctualFromMs = Date.UTC(2001, 3, 23);

export function createNarrator(options: {
  readonly monitor: Monitor;
  readonly progress: ReplayProgress;
  readonly fromMs: number;
  readonly incident: Incident | undefined;
  readonly write: (text: string) => void;
  readonly colour: boolean;
}): Narrator {
  const { monitor, progress, incident } = options;
  const paint = (code: number, text: string): string =>
    options.colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  const say = (text: string): void => options.write(`${text}\n`);
  const states = new Map<string, string>();
  const shown = new Set<string>();

  function once(key: string, text: string): void {
    if (shown.has(key)) return;
    shown.add(key);
    say(text);
  }

  return {
    start({ url, secondsPerWeek }) {
      const { model } = monitor;
      say('');
      say(paint(1, '  Modelmeter: late flights'));
      say(
        `  ${model.name} predicts which flights of 2001 arrive 15 minutes late or more. Real flights`,
      );
      say(
        `  are replayed from ${day(options.fromMs)}, a week in about ${secondsPerWeek} seconds; each target follows`,
      );
      say(
        '  when its flight has landed. Drift is evaluated each simulated midnight over a whole week.',
      );
      say('');
      say(`  Status page   ${url}/`);
      say(`  Metrics       ${url}/metrics`);
      say(`  Health        ${url}/readyz`);
      say(`  Runbooks      ${url}/runbooks/data_drift_detected`);
      say('');
      say('  Press Ctrl-C to stop.');
      say('');
    },
    drift(report) {
      const { timeMs } = report;
      if (incident !== undefined && timeMs >= incident.fromMs) {
        once(
          'incident',
          paint(
            33,
            `  ${day(incident.fromMs)}  INCIDENT  recent delays arrive in seconds instead of minutes, ORD as KORD`,
          ),
        );
      }
      if (incident !== undefined && timeMs >= incident.toMs) {
        once('repair', paint(33, `  ${day(incident.toMs)}  REPAIRED  the feeds are correct again`));
      }
      if (timeMs >= punctualFromMs) {
        once(
          'punctual',
          `  ${day(punctualFromMs)}  three unusually punctual weeks start: the recent delays really drift`,
        );
      }
      for (const feature of report.features) {
        const before = states.get(feature.name) ?? 'insufficient_data';
        states.set(feature.name, feature.state);
        const turned =
          before !== feature.state && (before === 'drift' || feature.state === 'drift');
        if (!turned) continue;
        const [shift] = feature.largestShifts;
        const because =
          shift === undefined
            ? ''
            : `; ${shift.bin} ${share(shift.referenceRatio)} → ${share(shift.currentRatio)}`;
        const text = `  ${day(timeMs)}  ${feature.name.padEnd(18)} ${before} → ${feature.state}  PSI ${interval(feature.effects.psi)}${because}`;
        say(paint(feature.state === 'drift' ? 31 : 32, text));
      }
      const weekday = Math.round((timeMs - options.fromMs) / dayMs) % 7;
      if (weekday === 0) say(weekLine(timeMs, report));
    },
    end(reason) {
      say('');
      say(
        reason === 'finished'
          ? '  All flights are replayed. The pages stay open until you press Ctrl-C.'
          : `  Stopped after ${progress.predictions.toLocaleString('en')} predictions.`,
      );
    },
  };

  function weekLine(timeMs: number, report: DriftReport): string {
    const { scores, coverage } = monitor.quality();
    const figures = (['accuracy', 'precision', 'recall', 'f1'] as const)
      .map((name) => `${name} ${scores[name]?.toFixed(3) ?? '–'}`)
      .join('  ');
    const psiOf = ({ effects }: FeatureDrift): number => effects.psi?.estimate ?? 0;
    const [worst] = [...report.features].sort((a, b) => psiOf(b) - psiOf(a));
    const thinned = progress.share < 1 ? `  (sample of ${share(progress.share)})` : '';
    return `  ${day(timeMs)}  ${String(report.state).padEnd(12)} ${figures}  targets ${coverage === undefined ? '–' : share(coverage)}  largest PSI ${worst?.name} ${worst === undefined ? '–' : psiOf(worst).toFixed(3)}${thinned}`;
  }
}

function day(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function share(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

function interval(size: FeatureDrift['effects'][string] | undefined): string {
  if (size === undefined) return '–';
  return `${size.estimate.toFixed(3)} (${size.low.toFixed(3)} to ${size.high.toFixed(3)})`;
}
