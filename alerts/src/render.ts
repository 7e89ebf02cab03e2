import { stringify } from 'yaml';
import type { AlertRule, RuleFile } from './rule.js';
import { runbookUrl } from './runbook-links.js';

const header = `# Generated from alerts/src: do not edit; change the declaration there and run
#   npm run generate -w @modelmeter/alerts
`;

/** A rule file as the YAML that Prometheus loads; `runbookBase` is the address of the runbooks. */
export function renderRuleFile(file: RuleFile, runbookBase?: string): string {
  const groups = [{ name: file.name, rules: file.rules.map((rule) => toYaml(rule, runbookBase)) }];
  return header + stringify({ groups }, { lineWidth: 0 });
}

function toYaml(rule: AlertRule, runbookBase: string | undefined): Record<string, unknown> {
  return {
    alert: rule.alert,
    expr: rule.expression,
    ...(rule.holdsFor === undefined ? {} : { for: rule.holdsFor }),
    labels: { severity: rule.severity },
    annotations: {
      summary: rule.summary,
      description: rule.description,
      runbook_url: runbookUrl(rule.alert, runbookBase),
    },
  };
}
