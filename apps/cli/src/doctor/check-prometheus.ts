import { renderRules } from '@modelmeter/alerts';
import { parse } from 'yaml';
import { type Check, checksOf, type Place, someOf } from './check.js';
import { checkClock } from './check-clock.js';
import { type Access, fetchText } from './fetch-text.js';

/** What `/api/v1/rules` says of a rule and its group. */
interface RuleState {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}
interface GroupState {
  readonly name: string;
  readonly interval: number;
  readonly evaluationTime: number;
  readonly rules: readonly RuleState[];
}
interface TargetState {
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether Prometheus scrapes the exporters, evaluates the rules and reaches an Alertmanager. */
export async function checkPrometheus(
  url: string,
  { job, ...access }: Access & { readonly job: string },
): Promise<Check[]> {
  const place = checksOf(url);
  const targets = await read(place, url, 'targets?state=active', access);
  if ('failure' in targets) return [targets.failure];
  const rules = await read(place, url, 'rules', access);
  const alertmanagers = await read(place, url, 'alertmanagers', access);
  return [
    ...checkClock(place, targets.clockAheadMs),
    ...checkTargets(place, targets.data.activeTargets as TargetState[], job),
    ...('failure' in rules
      ? [rules.failure]
      : checkRules(place, rules.data.groups as GroupState[])),
    ...('failure' in alertmanagers
      ? [alertmanagers.failure]
      : checkAlertmanagers(place, alertmanagers.data.activeAlertmanagers as { url: string }[])),
  ];
}

type Read =
  | { readonly data: Readonly<Record<string, unknown>>; readonly clockAheadMs: number }
  | { readonly failure: Check };

async function read({ fail }: Place, url: string, path: string, access: Access): Promise<Read> {
  const answer = await fetchText(`${url}/api/v1/${path}`, access);
  if (typeof answer === 'string') {
    return {
      failure: fail(`It cannot be reached (${answer}). Start it, or correct --prometheus.`),
    };
  }
  const { status, text, clockAheadMs } = answer;
  if (status === 401 || status === 403) {
    return {
      failure: fail(
        `It answers ${status}. Name a file with its token, or with user:password, with --prometheus-token-file.`,
      ),
    };
  }
  try {
    const { data } = JSON.parse(text) as { data: Readonly<Record<string, unknown>> };
    if (status === 200 && typeof data === 'object') return { data, clockAheadMs };
  } catch {
    // Reported below: the answer may be a web page.
  }
  return {
    failure: fail(
      `/api/v1/${path} answers ${status} and not with what Prometheus says there. Name the address in front of /api/v1 with --prometheus.`,
    ),
  };
}

function checkTargets(place: Place, targets: readonly TargetState[], job: string): Check[] {
  const ours = targets.filter(({ labels }) => labels.job === job);
  if (ours.length === 0) {
    const jobs = [...new Set(targets.map(({ labels }) => labels.job!))];
    const found = jobs.length > 0 ? ` It has the jobs ${someOf(jobs)}.` : '';
    return [
      place.fail(
        `It scrapes no job "${job}".${found} Add the exporters to scrape_configs, or name their job with --job.`,
      ),
    ];
  }
  const down = ours.filter(({ health }) => health !== 'up');
  if (down.length === 0) return [place.ok(`It scrapes ${ours.length} of job "${job}".`)];
  return down.map(({ scrapeUrl, lastError, health }) =>
    health === 'unknown'
      ? place.warn(`${scrapeUrl} has not been scraped yet. Try again in a minute.`)
      : place.fail(`${scrapeUrl} cannot be scraped: ${lastError}.`),
  );
}

/** The rules that the command writes; options change their expressions, not their names. */
function expectedRules(): Set<string> {
  interface RuleFile {
    readonly groups: readonly {
      readonly rules: readonly { readonly alert?: string; readonly record?: string }[];
    }[];
  }
  const files = renderRules().map(({ text }) => parse(text) as RuleFile);
  return new Set(
    files.flatMap(({ groups }) =>
      groups.flatMap(({ rules }) => rules.map(({ alert, record }) => (alert ?? record)!)),
    ),
  );
}

function checkRules(place: Place, groups: readonly GroupState[]): Check[] {
  const expected = expectedRules();
  const isOurs = ({ name }: RuleState): boolean => expected.has(name);
  const ours = groups.filter(({ rules }) => rules.some(isOurs));
  const rules = ours.flatMap((group) => group.rules.filter(isOurs));
  const loaded = new Set(rules.map(({ name }) => name));
  const missing = [...expected].filter((name) => !loaded.has(name));
  const checks: Check[] = [];
  if (loaded.size === 0) {
    return [
      place.fail(
        'It evaluates none of the rules. Write them with modelmeter rules and name the files in rule_files.',
      ),
    ];
  }
  if (missing.length > 0) {
    checks.push(
      place.warn(
        `It lacks ${missing.length} of ${expected.size} rules: ${someOf(missing)}. Write them again with modelmeter rules, and reload Prometheus.`,
      ),
    );
  }
  for (const { name, health, lastError } of rules) {
    if (health === 'err') checks.push(place.fail(`Rule ${name} fails: ${lastError}.`));
  }
  for (const { name, interval, evaluationTime } of ours) {
    if (evaluationTime > interval) {
      checks.push(
        place.fail(
          `Group ${name} takes ${evaluationTime.toFixed(1)} s of its interval of ${interval} s. Give Prometheus more CPU, or lengthen the interval.`,
        ),
      );
    }
  }
  return checks.length > 0 ? checks : [place.ok(`It evaluates all ${expected.size} rules.`)];
}

function checkAlertmanagers(place: Place, active: readonly { readonly url: string }[]): Check[] {
  if (active.length > 0)
    return [place.ok(`It sends alerts to ${someOf(active.map(({ url }) => url))}.`)];
  return [
    place.fail(
      'It knows no Alertmanager, so alerts reach nobody. Name one in alerting.alertmanagers; modelmeter alertmanager writes its configuration.',
    ),
  ];
}
