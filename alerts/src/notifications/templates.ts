/**
 * The text of notifications, as Go templates of Alertmanager. They are part of the configuration, so
 * that only one file has to be mounted.
 */

/** Firing and resolved alerts of a group that are listed; the others are only counted. */
const alertsShown = 10;

/** Labels listed where an alert has them; value and threshold are in its description. */
const fields = [
  ['Model', '.Labels.model_name'],
  ['Version', '.Labels.model_version'],
  ['Feature', '.Labels.feature'],
  ['Instance', '.Labels.instance'],
  ['Severity', '.Labels.severity'],
] as const;

const links = [
  ['Runbook', '.Annotations.runbook_url'],
  ['Dashboard', '.Annotations.dashboard_url'],
] as const;

/** One line about a group of alerts: state, alert and model. */
export const title =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }}{{ with .CommonLabels.model_name }} {{ . }}{{ end }}';

/** The title and the summary, which all alerts of the group share. */
export const titleWithSummary = `${title}{{ with .CommonAnnotations.summary }}: {{ . }}{{ end }}`;

/** The colour of a message in Slack. */
export const slackColor =
  '{{ if ne .Status "firing" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}';

/** Templates for the alerts of a group in one markup. */
interface AlertTexts {
  readonly every: string;
  readonly firing: string;
  readonly resolved: string;
}

/** The alerts of a group in the markup of Slack, which gives three characters a meaning. */
export const slackText: AlertTexts = alertTexts({
  before: '',
  insert: (value) =>
    `{{ ${value} | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}`,
  strong: (text) => `*${text}*`,
  link: (name) => `<{{ . }}|${name}>`,
  gap: '  ',
  lineEnd: '',
  after: '',
});

/** The alerts of a group as plain text. */
export const plainText: AlertTexts = alertTexts({
  before: '',
  insert: (value) => `{{ ${value} }}`,
  strong: (text) => text,
  link: (name) => `${name}: {{ . }}`,
  gap: '  ',
  lineEnd: '',
  after: '',
});

const htmlText = alertTexts({
  before:
    '<p style="border-left:4px solid {{ if eq .Status "resolved" }}#2da44e{{ else if eq .Labels.severity "critical" }}#cf222e{{ else }}#bf8700{{ end }};padding:2px 12px">',
  insert: (value) => `{{ ${value} }}`,
  strong: (text) => `<b>${text}</b>`,
  link: (name) => `<a href="{{ . }}">${name}</a>`,
  gap: ' &ensp; ',
  lineEnd: '<br>',
  after: '</p>',
});

/** The alerts of a group as HTML for mail; Alertmanager escapes inserted values. */
export const html = `<!doctype html>
<html><body style="font-family:sans-serif;font-size:14px;line-height:1.5;color:#1f2328">
<h2 style="font-size:16px">${title}</h2>
${htmlText.every}
</body></html>`;

interface Markup {
  readonly before: string;
  /** Inserts a value of the alert as text. */
  readonly insert: (value: string) => string;
  readonly strong: (text: string) => string;
  /** A link to the URL in the dot of the template. */
  readonly link: (name: string) => string;
  /** Separates two fields of a line. */
  readonly gap: string;
  readonly lineEnd: string;
  readonly after: string;
}

function alertTexts({ before, insert, strong, link, gap, lineEnd, after }: Markup): AlertTexts {
  const ifPresent = (value: string, text: string, index: number): string =>
    index === 0
      ? `{{ with ${value} }}${text}{{ end }}`
      : `{{- with ${value} }}${gap}${text}{{ end }}`;
  const shownFields = fields.map(([name, value], index) =>
    ifPresent(value, `${strong(`${name}:`)} ${insert('.')}`, index),
  );
  const shownLinks = links.map(([name, value], index) => ifPresent(value, link(name), index));
  const define = `{{ define "modelmeter.alert" -}}
${before}{{ if eq .Status "resolved" }}${strong('Resolved.')} {{ end }}${insert('.Annotations.description')}${lineEnd}
${shownFields.join('\n')}${lineEnd}
${shownLinks.join('\n')}${after}
{{ end -}}
`;
  const firing = alertsOf('Firing');
  const resolved = alertsOf('Resolved');
  return {
    every: `${define}${firing}${resolved}`,
    firing: `${define}${firing}`,
    resolved: `${define}${resolved}`,
  };
}

function alertsOf(state: 'Firing' | 'Resolved'): string {
  return `{{ range $index, $alert := .Alerts.${state} -}}
{{ if lt $index ${alertsShown} }}{{ template "modelmeter.alert" $alert }}
{{ else if eq $index ${alertsShown} }}… ${state.toLowerCase()} in total: {{ len $.Alerts.${state} }}
{{ end }}{{ end -}}
`;
}
