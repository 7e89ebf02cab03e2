import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { queryProblems } from '../src/check-query.js';
import { ruleFiles } from '../src/rule-files.js';
import { alertsWithRunbook, runbookUrl } from '../src/runbook-links.js';

const folder = new URL('../../runbooks/', import.meta.url);
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
const alerts = ruleFiles().flatMap((file) => file.rules.map((rule) => rule.alert));

const sections = [
  'Meaning',
  'Impact',
  'First five minutes',
  'Diagnosis',
  'Mitigation',
  'Verify recovery',
  'False positives',
];

describe('the runbook of every alert', () => {
  it('is in the table, and the table holds no other alert', () => {
    expect([...alertsWithRunbook()].sort()).toEqual([...alerts].sort());
  });

  it.each(alerts)('%s links to a page and a heading that exist', (alert) => {
    const [address = '', anchor] = runbookUrl(alert, '').slice(1).split('#');
    const page = new URL(`${address}.md`, folder);
    expect(existsSync(page)).toBe(true);
    const headings = [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)];
    expect(headings.map(([, title]) => slug(title!))).toContain(anchor);
  });

  it.each(alerts)('%s says what it means and what to do', (alert) => {
    const [address] = runbookUrl(alert, '').slice(1).split('#');
    const text = readFileSync(new URL(`${address}.md`, folder), 'utf8');
    const [, rest = ''] = text.split(`\n## ${alert}\n`);
    const [own = ''] = rest.split(/\n## /);
    for (const section of sections) expect(own).toContain(`\n### ${section}\n`);
  });

  it('is named by its alert when the table lacks it', () => {
    expect(() => runbookUrl('ModelUnknown', '')).toThrow(/ModelUnknown has no runbook/);
  });
});

describe('every page of the runbooks', () => {
  it.each(pages)('%s holds only queries that read the catalogue', (name) => {
    const queries = promqlBlocks(readFileSync(new URL(name, folder), 'utf8'));
    expect(queries.length).toBeGreaterThan(0);
    expect(queries.flatMap((query) => queryProblems(query))).toEqual([]);
  });

  it.each(pages)('%s is the runbook of at least one alert', (name) => {
    const page = name.replace(/\.md$/, '');
    expect(alerts.some((alert) => runbookUrl(alert, '').startsWith(`/${page}#`))).toBe(true);
  });
});

function promqlBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query]) => query!);
}

/** The anchor of a heading as GitHub makes it, for headings of letters, digits and blanks. */
function slug(title: string): string {
  return title.trim().toLowerCase().replaceAll(' ', '-');
}
