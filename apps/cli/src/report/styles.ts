import { declarations, themes } from './palette.js';

const stateRules = ['ok', 'investigate', 'drift', 'insufficient']
  .map(
    (name) => `
.${name}.state, .${name}.cell, td.${name} { background: var(--${name}-ground); color: var(--${name}-text); }
.sign.${name} { color: var(--chart-${name}); }
header.${name} { border-color: var(--chart-${name}); }`,
  )
  .join('');

/** The style sheet of the report. */
export const styles = `
:root { color-scheme: light dark; ${declarations(themes.light)} }
@media (prefers-color-scheme: dark) { :root { ${declarations(themes.dark)} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; text-wrap: balance; }
h1 { font-size: 1.9rem; }
h2 { font-size: 1.4rem; margin: 2.75rem 0 0.75rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.15rem; }
h4 { font-size: 0.95rem; margin-bottom: 0.5rem; }
p, ul { margin: 0.5rem 0; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
main:focus { outline: none; }
small, .note, figcaption p { color: var(--muted); font-size: 0.85rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { border-left: 0.4rem solid; padding-left: 1rem; }
.kicker { color: var(--muted); margin: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; margin: 1.5rem 0 0; }
.facts { display: flex; flex-wrap: wrap; gap: 0.6rem 1.75rem; margin: 1rem 0 0; }
.facts > div { min-width: 8.5rem; }
.facts.small { font-size: 0.9rem; margin: 0.75rem 0 1.25rem; }
dt { color: var(--muted); font-size: 0.85rem; }
dd { margin: 0; }
.terms { max-width: 48rem; }
.terms div { margin: 0.9rem 0; }
.terms dt { color: inherit; font-size: 1rem; font-weight: 600; }
.state { display: inline-block; padding: 0.05rem 0.5rem; border-radius: 0.3rem; font-size: 0.85rem; font-weight: 600; white-space: nowrap; }
.scroll { overflow-x: auto; max-width: 100%; position: relative; }
table { border-collapse: collapse; font-size: 0.9rem; min-width: 100%; }
caption { text-align: left; color: var(--muted); font-size: 0.85rem; padding-bottom: 0.3rem; }
caption span { position: sticky; left: 0; display: inline-block; max-width: min(100%, calc(100vw - 2rem)); }
th, td { padding: 0.4rem 0.5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: normal; }
thead th { color: var(--muted); font-size: 0.85rem; vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 8.5rem; max-width: 18rem; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { white-space: normal; }
.prose, .names { overflow-wrap: anywhere; }
.prose { min-width: 18rem; }
.names { min-width: 9rem; }
.heat { min-width: 0; }
.heat th, .heat td { padding: 0.15rem 0.3rem; }
.heat tbody th { position: sticky; left: 0; background: var(--ground); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 12rem; }
.heat thead th:not(:first-child) { padding: 0.3rem 0; }
.heat thead span { writing-mode: vertical-rl; transform: rotate(180deg); font-weight: 400; max-height: 10rem; overflow: hidden; white-space: nowrap; }
.heat td, .cell { border: 1px solid var(--ground); text-align: center; min-width: 1.6rem; }
.heat .whole > * { border-bottom: 0.3rem solid var(--ground); font-weight: 700; }
i { font-style: normal; }
tbody th.code { white-space: nowrap; }
article { border: 1px solid var(--line); border-radius: 0.5rem; padding: 1rem; margin: 1rem 0; }
article, section { scroll-margin-top: 1rem; }
.charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem 2rem; align-items: start; }
.charts th, .charts td { padding-inline: 0.3rem; }
@media (min-width: 62rem) {
.charts { grid-template-columns: minmax(0, 1fr) minmax(0, 1.2fr); }
}
.charts > div { min-width: 0; max-width: 36rem; }
.charts > div:has(details[open]) { grid-column: 1 / -1; max-width: none; }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; max-width: 28rem; }
svg text { font: 12px system-ui, sans-serif; }
.key { display: flex; flex-wrap: wrap; gap: 0.15rem 1rem; list-style: none; padding: 0; font-size: 0.85rem; color: var(--muted); }
.key li { display: inline-flex; align-items: center; gap: 0.4rem; }
.swatch { flex: none; width: 1.1rem; height: 0.7rem; border: 1.5px solid; }
.swatch.reference { border-color: var(--chart-reference); background: var(--chart-reference-fill); }
.swatch.current { border-color: var(--chart-current); background: var(--chart-current); }
.swatch.band { border: 1px solid var(--chart-band); background: color-mix(in srgb, var(--chart-band) 22%, transparent); }
.line { flex: none; width: 1.6rem; border-top: 2px solid; }
.line.drift { border-color: var(--chart-drift); }
.line.investigate { border-color: var(--chart-investigate); border-top-style: dashed; }
.line.reference { border-color: var(--chart-reference); border-top-style: dashed; }
.line.start { border-color: var(--chart-text); border-top-style: dotted; }
.line.interval { border-color: var(--chart-interval); border-top-width: 4px; }
.cell { display: inline-block; line-height: 1.5; }
details { margin-top: 0.5rem; }
summary { cursor: pointer; color: var(--link); font-size: 0.9rem; }
.back { margin: 1rem 0 0; font-size: 0.9rem; }
footer { margin-top: 3rem; color: var(--muted); font-size: 0.85rem; }
${stateRules}
@media print {
:root { color-scheme: light; font-size: 8pt; ${declarations(themes.light)} }
@page { size: A4; margin: 12mm; }
* { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body { max-width: none; padding: 0; }
nav, .back, .skip, details:not([open]) { display: none; }
a { color: inherit; text-decoration: none; }
h2 { margin-top: 1.75rem; }
h2, h3, h4 { break-after: avoid; }
article, figure, tr, .heat, .facts, .terms div { break-inside: avoid; }
.scroll { overflow: visible; }
th, td { padding: 0.1rem 0.35rem; }
.facts > div { min-width: 6.5rem; }
.heat { table-layout: fixed; width: 100%; font-size: 6.5pt; }
.heat thead th:first-child { width: 7rem; }
.heat tbody th { position: static; }
.heat th, .heat td { padding: 0.1rem 0; min-width: 0; }
.charts { grid-template-columns: 1fr 1fr; grid-template-rows: auto 1fr; gap: 0.5rem 2rem; }
svg { max-width: 68mm; }
article caption { display: none; }
.charts > :first-child { grid-row: span 2; }
article { border-width: 1px 0 0; border-radius: 0; padding: 0.75rem 0 0; }
footer { margin-top: 1rem; }
}
`;
