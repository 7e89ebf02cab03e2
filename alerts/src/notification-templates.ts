/**
 * What a notification says, as Go templates of Alertmanager. They are written into the
 * configuration itself, so that one file is all that has to be mounted.
 */

/** Firing alerts of a group that are told one by one, and resolved ones; the rest is a number. */
const alertsTold = 10;

/** Labels that are told where an alert has them; value and threshold are in its description. */
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

/** One line for a group: state, alert and model. */
export const title =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }}{{ with .CommonLabels.model_name }} {{ . }}{{ end }}';

/** The title and the sentence that is the same for every alert of the name. */
export const titleWithSummary = `${title}{{ with .CommonAnnotations.summary }}: {{ . }}{{ end }}`;

/** The colour beside a message in Slack. */
export const slackColor =
  '{{ if ne .Status "firing" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}';

/** Templates of the alerts of a group, in one markup. */
interface AlertTexts {
  readonly every: string;
  readonly firing: string;
  readonly resolved: string;
}

/** The alerts of a group in Slack's markup, in which three characters have a meaning. */
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

/** The alerts of a group as a page for mail programs; Alertmanager escapes what is inserted. */
export const html = `<!doctype html>
<html><body style="font-family:sans-serif;font-size:14px;line-height:1.5;color:#1f2328">
<h2 style="font-size:16px">${title}</h2>
${htmlText.every}
</body></html>`;

interface Markup {
  readonly before: string;
  /** A value of the alert as text. */
  readonly insert: (value: string) => string;
  readonly strong: (text: string) => string;
  /** A link to what the template's dot is. */
  readonly link: (name: string) => string;
  /** What stands between two fields of a line. */
  readonly gap: string;
  readonly lineEnd: string;
  readonly after: string;
}

function alertTexts({ before, insert, strong, link, gap, lineEnd, after }: Markup): AlertTexts {
  const told = (value: string, text: string, index: number): string =>
    index === 0
      ? `{{ with ${value} }}${text}{{ end }}`
      : `{{- with ${value} }}${gap}${text}{{ end }}`;
  const shownFields = fields.map(([name, value], index) =>
    told(value, `${strong(`${name}:`)} ${insert('.')}`, index),
  );
  const shownLinks = links.map(([name, value], index) => told(value, link(name), index));
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
{{ if lt $index ${alertsTold} }}{{ template "modelmeter.alert" $alert }}
{{ else if eq $index ${alertsTold} }}… ${state.toLowerCase()} in all: {{ len $.Alerts.${state} }}
{{ end }}{{ end -}}
`;
}
