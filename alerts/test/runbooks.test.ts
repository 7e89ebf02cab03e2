import { describe, expect, it } from 'vitest';
import { queryProblems } from '../src/checks/check-query.js';
import { readRunbooks, runbookQueries } from '../src/checks/runbook-queries.js';
import { alertsOf, ruleFiles } from '../src/rules/rule-files.js';
import { alertsWithRunbook, runbookUrl } from '../src/rules/runbook-links.js';
import { burnRateWindows } from '../src/rules/slo-burn.js';

const pages = readRunbooks();
const rules = alertsOf(ruleFiles());
const alerts = [...new Set(rules.map(({ alert }) => alert))];

/** The sections about each alert. */
const sections = [
  'Meaning',
  'Impact',
  'Severity and urgency',
  'First five minutes',
  'Diagnosis',
  'Mitigation',
  'Verify recovery',
  'False positives',
];
/** The sections at the end of each page. */
const closing = ['Root-cause follow-up', 'Escalation', 'Related'];

function pageOf(alert: string): { page: string; anchor: string; text: string } {
  const [page = '', anchor = ''] = runbookUrl(alert, '').slice(1).split('#');
  const text = pages.find((candidate) => candidate.page === page)?.text;
  if (text === undefined) throw new Error(`There is no page ${page}`);
  return { page, anchor, text };
}

/** The Markdown under a heading, up to the next heading of its level. */
function under(text: string, heading: string): string {
  const level = heading.indexOf(' ');
  const [, rest] = `\n${text}`.split(`\n${heading}\n`);
  return rest?.split(new RegExp(`\\n#{1,${level}} `))[0] ?? '';
}

describe('the runbook of every alert', () => {
  it('is listed for exactly the alerts of the rules', () => {
    expect([...alertsWithRunbook()].sort()).toEqual([...alerts].sort());
  });

  it.each(alerts)('%s links to an existing page and heading', (alert) => {
    const { anchor, text } = pageOf(alert);
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => slug(title!));
    expect(headings.filter((heading) => heading === anchor)).toEqual([anchor]);
  });

  it.each(alerts)('%s has every section in order', (alert) => {
    const own = under(pageOf(alert).text, `## ${alert}`);
    expect([...own.matchAll(/^### (.+)$/gm)].map(([, title]) => title)).toEqual(sections);
    for (const section of sections) expect(under(own, `### ${section}`).trim()).not.toBe('');
  });

  it.each(rules)('$alert names the severity of the rule', ({ alert, severity }) => {
    const own = under(pageOf(alert).text, `## ${alert}`);
    expect(under(own, '### Severity and urgency').toLowerCase()).toContain(severity);
  });

  it.each(alerts)('%s has queries and a table of next steps', (alert) => {
    const own = under(pageOf(alert).text, `## ${alert}`);
    const diagnosis = under(own, '### Diagnosis');
    expect(diagnosis).toContain('```promql\n');
    expect(diagnosis).toMatch(/^\| .* \| Likely cause +\| Next step +\|$/m);
    expect(under(own, '### First five minutes')).toMatch(/^1\. /m);
    expect(under(own, '### Verify recovery')).toContain('```promql\n');
  });

  it('is reported by name when an alert has none', () => {
    expect(() => runbookUrl('ModelUnknown', '')).toThrow(/ModelUnknown has no runbook/);
  });
});

describe('every page of the runbooks', () => {
  it.each(pages)('$page is the runbook of at least one alert', ({ page }) => {
    expect(alerts.some((alert) => pageOf(alert).page === page)).toBe(true);
  });

  it.each(pages)('$page ends with follow-up, escalation and related pages', ({ text }) => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(headings.slice(-closing.length)).toEqual(closing);
  });

  it.each(pages)('$page links to existing pages', ({ text }) => {
    const linked = [...text.matchAll(/\]\(([a-z_]+)\.md\)/g)].map(([, page]) => page);
    expect(linked.length).toBeGreaterThan(0);
    for (const page of linked) expect(pages.map((one) => one.page)).toContain(page);
  });
});

describe('the page about error budgets', () => {
  it.each(burnRateWindows)('has the window of $long', ({ long, short, factor, severity }) => {
    const row = new RegExp(
      `^\\| ${long} +\\| ${short} +\\| ${factor} .*\\| ${severity} +\\|$`,
      'm',
    );
    expect(pageOf('ModelErrorBudgetBurn').text).toMatch(row);
  });
});

describe('the queries of the runbooks', () => {
  const queries = runbookQueries();

  it('are found with page, alert and heading', () => {
    expect(queries).toContainEqual({
      page: 'exporter_down',
      alert: 'ModelExporterDown',
      section: 'Diagnosis',
      query: 'up{job="modelmeter"}',
    });
    const blocks = pages.reduce((all, { text }) => all + text.split('```promql\n').length - 1, 0);
    expect(queries).toHaveLength(blocks);
    for (const { alert, section } of queries) {
      expect(alerts).toContain(alert);
      expect(sections).toContain(section);
    }
  });

  it.each(queries)('$page, $alert, $section: $query', ({ query }) => {
    expect(queryProblems(query)).toEqual([]);
  });
});

/** The anchor of a heading on GitHub and in the exporter. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}
