import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const root = new URL('../', import.meta.url).pathname;
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Changes to the files of the compose stack for a test on one machine. */
export interface Scaling {
  /** Divisor of every duration. */
  readonly factor: number;
  /** Lower limit of every interval. */
  readonly shortestMs: number;
  /** Replacements for host names and addresses of the stack. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** Writes scaled versions of prometheus.yml, alertmanager.yml and the rules; returns their paths. */
export async function writeScaledConfiguration(
  folder: string,
  scaling: Scaling,
): Promise<{ readonly prometheus: string; readonly alertmanager: string }> {
  const prometheus = join(folder, 'prometheus.yml');
  const alertmanager = join(folder, 'alertmanager.yml');
  await writeFile(alertmanager, await scaleFile(join(root, 'deploy/alertmanager.yml'), scaling));
  const rules: string[] = [];
  for (const name of await readdir(join(root, 'alerts'))) {
    if (!name.endsWith('.yaml')) continue;
    const path = join(folder, name);
    await writeFile(path, await scaleFile(join(root, 'alerts', name), scaling));
    rules.push(path);
  }
  const settings = parse(await scaleFile(join(root, 'deploy/prometheus.yml'), scaling));
  // Host names of the stack cannot be resolved here; only targets at known addresses are kept.
  const scrapeConfigs = (settings.scrape_configs as readonly Record<string, unknown>[])
    .filter(({ static_configs }) => static_configs !== undefined)
    .map(({ dns_sd_configs, ...kept }) => kept);
  await writeFile(
    prometheus,
    stringify({ ...settings, scrape_configs: scrapeConfigs, rule_files: rules }),
  );
  return { prometheus, alertmanager };
}

/** Scales the durations of a YAML file of the stack. */
export async function scaleFile(path: string, scaling: Scaling): Promise<string> {
  return stringify(scaleValue(parse(await readFile(path, 'utf8')), scaling));
}

function scaleValue(value: unknown, scaling: Scaling): unknown {
  if (typeof value === 'string') return scaleText(value, scaling);
  if (Array.isArray(value)) return value.map((item) => scaleValue(item, scaling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      // Annotations keep their durations.
      key === 'annotations' ? item : scaleValue(item, scaling),
    ]),
  );
}

function scaleText(text: string, scaling: Scaling): string {
  let scaled = text;
  for (const [from, to] of Object.entries(scaling.addresses)) scaled = scaled.replaceAll(from, to);
  if (/^(?:\d+(?:ms|[smhd]))+$/.test(scaled)) return scaleDuration(scaled, scaling);
  return scaled
    .replace(/\[(\d+[smhdw])\]/g, (_, range: string) => `[${scaleDuration(range, scaling, 4)}]`)
    .replace(
      /\[(\d+[smhdw]):(\d+[smhdw])\]/g,
      (_, range: string, step: string) =>
        `[${scaleDuration(range, scaling, 4)}:${scaleDuration(step, scaling)}]`,
    )
    .replace(
      /offset (\d+[smhdw])/g,
      (_, offset: string) => `offset ${scaleDuration(offset, scaling)}`,
    );
}

/** Scales a range, which must cover several scrapes: at least `shortest` times the shortest interval. */
function scaleDuration(text: string, scaling: Scaling, shortest = 1): string {
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g)) {
    ms += Number(amount) * unitMs[unit!]!;
  }
  return `${Math.max(Math.round(ms / scaling.factor), shortest * scaling.shortestMs)}ms`;
}
