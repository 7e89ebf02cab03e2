import type { FeatureDrift, Monitor, QualitySnapshot, ScoreInterval } from '@modelmeter/core';
import type { ScoreName } from '@modelmeter/core/catalogue';
import { scoreName, sizeText } from '@modelmeter/core/drift';
import type { ServedModel } from '../served-model.js';
import type { ReceivedAlert } from './alert-log.js';
import { escapeHtml, htmlPage } from './html.js';

const refreshSeconds = 2;

/** Renders the page at `/`: quality and last drift run of each model, and the latest alerts. */
export function statusPage(
  models: readonly ServedModel[],
  alerts: readonly ReceivedAlert[],
): string {
  return htmlPage(
    'Status',
    `<h1>Modelmeter</h1>
<p>${[
      '/metrics',
      '/livez',
      '/readyz',
      '/startupz',
      '/openapi.json',
      '/runbooks/data_drift_detected',
    ]
      .map((path) => `<a href="${path}">${path}</a>`)
      .join(' · ')}</p>
${models.map(modelSection).join('\n')}
${alertSection(alerts)}`,
    refreshSeconds,
  );
}

function modelSection({ config, monitor }: ServedModel): string {
  return `<section>
<h2>${escapeHtml(config.name)} <span class="quiet">version ${escapeHtml(config.version)}, ${config.type}</span></h2>
${qualitySection(monitor)}
${driftTable(monitor)}
</section>`;
}

function qualitySection(monitor: Monitor): string {
  const snapshot = monitor.quality();
  const sentences = [
    ...snapshot.segments.map(segmentSentence),
    estimateSentence(snapshot.estimate),
    championSentence(snapshot.champion),
  ].filter((sentence) => sentence !== '');
  const paragraphs = sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`);
  return [qualityFigures(snapshot, monitor), ...paragraphs].join('\n');
}

/** The segments that are worse than the others, and what of the change is mix; empty if neither. */
function segmentSentence({ by, score, segments, change }: QualitySnapshot['segments'][number]) {
  const name = score.replaceAll('_', ' ');
  const worse = segments
    .filter(({ comparison }) => comparison?.isWorse)
    .map(({ segment, scores }) => `${by}=${segment} (${scores[score]?.toFixed(3) ?? '–'})`);
  const words = [
    worse.length === 0 ? '' : `Worse than the other segments by ${name}: ${worse.join(', ')}.`,
    change === undefined
      ? ''
      : `By ${by}, the ${name} changed by ${signed(change.after - change.before)} from the segment window before: ${signed(change.mix)} by the mix and ${signed(change.within)} inside the segments.`,
  ];
  return words.filter((word) => word !== '').join(' ');
}

/** The estimated scores with their bands, or why they do not hold. */
function estimateSentence(estimate: QualitySnapshot['estimate']): string {
  if (estimate === undefined || estimate.predictions === 0) return '';
  const { scores, bounds, withdrawn } = estimate;
  if (withdrawn.length > 0) {
    return `The estimated quality does not hold: ${withdrawn.map(({ message }) => message).join('; ')}.`;
  }
  const names = Object.entries(scores).map(([name, value]) => {
    const band = bounds[name];
    const ends = band === undefined ? '' : ` (${band.low.toFixed(3)} to ${band.high.toFixed(3)})`;
    return `${name.replaceAll('_', ' ')} ${value.toFixed(3)}${ends}`;
  });
  return `Estimated from the reference, for the predictions of the window: ${names.join(', ')}.`;
}

const decisionWords = {
  better: 'it is better',
  not_better: 'it is not better',
  undecided: 'not decided yet',
} as const;

function championSentence(comparison: QualitySnapshot['champion']): string {
  if (comparison === undefined) return '';
  const { champion, pairs, difference, low, high, margin, decision } = comparison;
  const size =
    difference === undefined
      ? ''
      : ` The difference is ${signed(difference)} (${signed(low)} to ${signed(high)}).`;
  return `Compared with version ${champion} on ${pairs.toLocaleString('en')} predictions of both, with a margin of ${margin}: ${decisionWords[decision]}.${size}`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}

function qualityFigures(
  { scores, intervals, samples, coverage }: QualitySnapshot,
  monitor: Monitor,
): string {
  const hours = monitor.settings.quality.window / 3_600_000;
  const figures = [
    ...(Object.entries(scores) as [ScoreName, number][]).map(([name, value]) =>
      figure(name.replaceAll('_', ' '), value, intervals[name]),
    ),
    coverage === undefined ? '' : figure('target coverage', coverage),
    `<div><b>${samples.toLocaleString('en')}</b>targets in ${hours} h</div>`,
  ];
  return `<div class="figures">${figures.join('')}</div>`;
}

/** A figure, with the ends of its 95 % interval where there is one. */
function figure(name: string, value: number, interval?: ScoreInterval): string {
  const ends = interval && ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`;
  return `<div><b>${value.toFixed(3)}</b>${escapeHtml(name)}${ends ?? ''}</div>`;
}

function driftTable({ lastDrift, driftError, reference, settings }: Monitor): string {
  if (reference === undefined) {
    return '<p class="quiet">Drift is not evaluated: the model has no reference.</p>';
  }
  if (settings.driftDetection.source === 'none') {
    return '<p class="quiet">Another process evaluates the drift (drift_detection.source is none).</p>';
  }
  const failure =
    driftError === undefined
      ? ''
      : `<p><span class="state drift">The last drift run failed.</span> ${escapeHtml(driftError.message)}</p>`;
  if (lastDrift === undefined) return failure || '<p class="quiet">No drift run yet.</p>';
  const source =
    settings.driftDetection.source === 'prometheus' ? ' on the counters of the fleet' : '';
  return `${failure}<p>Drift run of ${new Date(lastDrift.timeMs).toISOString().slice(0, 16)}Z${source} against reference ${reference.id}:
<span class="state ${lastDrift.state}">${stateWords[lastDrift.state]}</span>.
A shift is drift when it is significant and its size reaches the drift threshold of the feature. Sizes are shown with their 95 % interval.</p>
<div class="wide"><table>
<thead><tr><th>Feature</th><th>State</th><th>Size of the shift</th><th class="number">Drift from</th><th class="number">KS</th><th class="number">Rows</th><th>Explanation</th></tr></thead>
<tbody>${lastDrift.features.map(driftRow).join('\n')}</tbody>
</table></div>`;
}

const stateWords = {
  ok: 'ok',
  investigate: 'investigate',
  drift: 'drift',
  insufficient_data: 'insufficient data',
} as const;

function driftRow(feature: FeatureDrift): string {
  const { compared, effects, scores, explanation, findings } = feature;
  const sizes = Object.entries(compared ? effects : {});
  const ks = compared ? scores.ks_statistic : undefined;
  const size = ([statistic, { estimate, low, high }]: (typeof sizes)[number]): string =>
    escapeHtml(
      `${scoreName(statistic)} ${sizeText(statistic, estimate)} (${sizeText(statistic, low)} to ${sizeText(statistic, high)})`,
    );
  const threshold = ([statistic, { thresholds }]: (typeof sizes)[number]): string =>
    escapeHtml(sizeText(statistic, thresholds.drift));
  const words = [explanation, ...findings.map(({ message }) => message)];
  return `<tr><td>${escapeHtml(feature.name)}</td><td class="state ${feature.state}">${stateWords[feature.state]}</td><td>${sizes.map(size).join('<br>') || '–'}</td><td class="number">${sizes.map(threshold).join('<br>') || '–'}</td><td class="number">${ks?.toFixed(4) ?? '–'}</td><td class="number">${Math.round(feature.currentRows).toLocaleString('en')}</td><td class="words">${escapeHtml(words.join(' '))}</td></tr>`;
}

function alertSection(alerts: readonly ReceivedAlert[]): string {
  if (alerts.length === 0) return '';
  return `<section><h2>Alerts received</h2><div class="wide"><table>
<thead><tr><th>Status</th><th>Alert</th><th>Model</th><th>Feature</th><th>Summary</th></tr></thead>
<tbody>${alerts
    .map(
      ({ status, labels, annotations }) =>
        `<tr><td class="state ${status === 'firing' ? 'drift' : 'ok'}">${escapeHtml(status)}</td><td>${runbookLink(annotations.runbook_url, labels.alertname ?? '')}</td><td>${escapeHtml(labels.model_name ?? '')}</td><td>${escapeHtml(labels.feature ?? '')}</td><td class="words">${escapeHtml(annotations.summary ?? '')}</td></tr>`,
    )
    .join('\n')}</tbody></table></div></section>`;
}

function runbookLink(address: string | undefined, name: string): string {
  const safe = address !== undefined && /^https?:\/\//.test(address);
  return safe ? `<a href="${escapeHtml(address)}">${escapeHtml(name)}</a>` : escapeHtml(name);
}
