/** Puts a body into the frame of every page: no script, no network access, light and dark. */
export function htmlPage(title: string, body: string, refreshSeconds?: number): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${escapeHtml(title)} · Modelmeter</title>
<style>
:root { color-scheme: light dark; --line: #8884; --quiet: #888; --ok: #2a7f62; --look: #b26a00; --bad: #c2304a; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
td.words { white-space: normal; min-width: 18rem; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.state { font-weight: 600; } .ok { color: var(--ok); } .investigate { color: var(--look); }
.drift { color: var(--bad); } .insufficient_data, .quiet { color: var(--quiet); }
.figures { display: flex; flex-wrap: wrap; gap: 1.5rem; margin: 1rem 0; }
.figures b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
.text { max-width: 46rem; } .text td { white-space: normal; } pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .7rem; background: #8881; border-radius: 6px; }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** Escapes text for HTML content and attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
