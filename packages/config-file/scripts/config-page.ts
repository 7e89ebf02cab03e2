import { readFileSync } from 'node:fs';
import { settingDefaults, snakeCase } from '@modelmeter/core/settings';
import ts from 'typescript';
import { stringify } from 'yaml';
import { writtenConfig } from '../src/index.js';
import { parseExample } from './example-config.js';

/** A section of the page: the interface that documents it, and its place in the file. */
interface Section {
  readonly title: string;
  readonly file: string;
  readonly interfaceName: string;
  /** An interface in another file whose settings are at the same place. */
  readonly inherits?: { readonly file: string; readonly interfaceName: string };
  /** Place in the written configuration where the defaults are. */
  readonly place: readonly (string | number)[];
}

const settings = '../../core/src/settings/';
const own = '../src/';

const sections: readonly Section[] = [
  {
    title: '`monitoring`',
    file: `${own}exporter-settings.ts`,
    interfaceName: 'MonitoringOptions',
    place: ['monitoring'],
  },
  {
    title: '`monitoring.tokens[]`',
    file: `${own}token-settings.ts`,
    interfaceName: 'TokenOptions',
    place: ['monitoring', 'tokens', 0],
  },
  {
    title: '`monitoring.limits`',
    file: `${own}limit-settings.ts`,
    interfaceName: 'LimitsOptions',
    place: ['monitoring', 'limits'],
  },
  {
    title: '`drift_detection`',
    file: `${settings}drift.ts`,
    interfaceName: 'DriftOptions',
    inherits: { file: `${settings}criteria.ts`, interfaceName: 'CriteriaOptions' },
    place: ['drift_detection'],
  },
  {
    title: '`drift_detection.prometheus`',
    file: `${settings}drift.ts`,
    interfaceName: 'PrometheusOptions',
    place: ['drift_detection', 'prometheus'],
  },
  {
    title: '`quality`',
    file: `${settings}quality.ts`,
    interfaceName: 'QualityOptions',
    place: ['quality'],
  },
  {
    title: '`alerts`: objectives',
    file: `${settings}objectives.ts`,
    interfaceName: 'ObjectivesOptions',
    place: ['alerts'],
  },
  {
    title: '`alerts`: notifications',
    file: `${own}notification-settings.ts`,
    interfaceName: 'NotificationOptions',
    place: ['alerts'],
  },
  ...(['Slack', 'Email', 'Pagerduty', 'Webhook'] as const).map((channel) => ({
    title: `\`alerts.${channel.toLowerCase()}\``,
    file: `${own}notification-settings.ts`,
    interfaceName: `${channel}Options`,
    place: ['alerts', channel.toLowerCase()],
  })),
  {
    title: '`actions`',
    file: `${own}action-settings.ts`,
    interfaceName: 'ActionsOptions',
    place: ['actions'],
  },
  {
    title: '`actions.webhooks[]`',
    file: `${own}action-settings.ts`,
    interfaceName: 'ActionWebhookOptions',
    place: ['actions', 'webhooks', 0],
  },
  {
    title: '`state`',
    file: `${own}exporter-settings.ts`,
    interfaceName: 'StateOptions',
    place: ['state'],
  },
  {
    title: '`models[]`',
    file: `${own}exporter-settings.ts`,
    interfaceName: 'ModelOptions',
    inherits: { file: `${settings}calls.ts`, interfaceName: 'CallsOptions' },
    place: ['models', 0],
  },
  {
    title: '`models[].champion`',
    file: `${settings}champion.ts`,
    interfaceName: 'ChampionOptions',
    place: ['models', 1, 'champion'],
  },
  {
    title: '`models[].features[]`',
    file: `${settings}features.ts`,
    interfaceName: 'FeatureConfig',
    place: ['models', 0, 'features', 0],
  },
  {
    title: '`models[].features[].drift` and `models[].outputs.drift`',
    file: `${settings}criteria.ts`,
    interfaceName: 'CriteriaOptions',
    place: [],
  },
];

interface Setting {
  readonly name: string;
  readonly isRequired: boolean;
  readonly type: string;
  readonly meaning: string;
}

/** The page that documents every setting of the configuration file. */
export function configPage(): string {
  const defaults = writtenConfig(parseExample());
  const parts = sections.map((section) => {
    const { inherits } = section;
    const all = [...settingsOf(section), ...(inherits === undefined ? [] : settingsOf(inherits))];
    const rows = all.map(({ name, isRequired, type, meaning }) => {
      const value = isRequired ? 'required' : defaultText(defaults, [...section.place, name]);
      return `| \`${name}\` | ${value} | ${type} | ${meaning} |`;
    });
    return `## ${section.title}\n\n| setting | default | values | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Configuration

Written by \`npm run generate\` from the settings' own documentation in \`packages/core/src/settings\` and \`packages/config-file/src\`. The file is YAML with names in snake_case; \`createMonitor\` takes the same settings in camelCase (\`driftDetection.psiThreshold\`). An unknown name, a wrong type or an impossible value is an error with path, line and remedy. \`modelmeter check-config\` prints the effective configuration or what is wrong with it. A complete file: [config.example.yaml](../config.example.yaml).

A length of time is a whole number and a unit: \`15s\`, \`90m\`, \`24h\`, \`7d\`. Paths are relative to the configuration file.

${parts.join('\n')}
## \`models[].outputs\`

| \`task\` | settings |
| --- | --- |
| \`binary\` | \`score\`: name of the output that holds the probability of the positive class. \`decision_threshold\`: probability from which a row counts as positive, ${settingDefaults.decisionThreshold} by default. \`business_value\`: what each outcome is worth, \`{ tp, fp, tn, fn }\`, costs below 0 |
| \`multiclass\` | \`class\`: name of the output that holds the predicted class, or one score for each class. \`classes\`: 2 to 50 names, in the order of the scores. \`business_value\`: what each outcome is worth, a row for each class of the target with a number for each predicted class |
| \`multilabel\` | \`scores\`: name of the output that holds one probability for each label. \`labels\`: 2 to 50 names, in the order of the probabilities. \`decision_threshold\`: probability from which a label is given, ${settingDefaults.decisionThreshold} by default |
| \`regression\` | \`value\`: name of the output that holds the predicted value |
| \`ranking\` | \`items\`: name of the output that holds the ids of the items of a row, the best first. \`k\`: how many of them are scored, ${settingDefaults.rankingLength} by default |
`;
}

function settingsOf({ file, interfaceName }: Pick<Section, 'file' | 'interfaceName'>): Setting[] {
  const path = new URL(file, import.meta.url);
  const source = ts.createSourceFile(
    file,
    readFileSync(path, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  return membersOf(source, interfaceName).map((member) => ({
    name: snakeCase(member.name.getText(source)),
    isRequired: member.questionToken === undefined,
    type: typeText(member.type?.getText(source) ?? ''),
    meaning: meaningOf(member, source),
  }));
}

/** The properties of an interface, those that it inherits in the same file last. */
function membersOf(source: ts.SourceFile, name: string): ts.PropertySignature[] {
  const declaration = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (declaration === undefined) return [];
  const inherited = (declaration.heritageClauses ?? []).flatMap(({ types }) =>
    types.flatMap(({ expression }) => membersOf(source, expression.getText(source))),
  );
  return [...declaration.members.filter(ts.isPropertySignature), ...inherited];
}

function meaningOf(member: ts.PropertySignature, source: ts.SourceFile): string {
  const [comment] = ts.getJSDocCommentsAndTags(member);
  if (comment === undefined) return 'see below';
  const text = comment
    .getText(source)
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  return inFile(
    text.replace(/ ?Default: `?[^.`]*(\.\d+)?`?\.$/, '').replaceAll('*\\/', '*/'),
  ).replaceAll('|', '\\|');
}

/** Names of settings inside a sentence, as the file has them. */
function inFile(text: string): string {
  return text.replace(
    /`([a-z]+(?:[A-Z][A-Za-z0-9]*)+)`/g,
    (_, name: string) => `\`${snakeCase(name)}\``,
  );
}

function typeText(type: string): string {
  const alternatives = type
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'undefined');
  const literals = alternatives.filter((part) => part.startsWith("'"));
  if (literals.length === alternatives.length) {
    return literals.map((part) => `\`${part.slice(1, -1)}\``).join(', ');
  }
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'number',
    boolean: '`true`, `false`',
    Duration: 'length of time',
    'readonly string[]': 'list of texts',
  };
  return alternatives
    .map((part) => words[part] ?? 'see below')
    .filter((part, index, all) => all.indexOf(part) === index)
    .join(' or ');
}

function defaultText(defaults: unknown, place: readonly (string | number)[]): string {
  const value = place.reduce<unknown>(
    (found, part) => (found as Record<string | number, unknown> | undefined)?.[part],
    defaults,
  );
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return '';
  return `\`${stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()}\``;
}
