/**
 * The colours of the two themes by name of their CSS variable. Colour-blind readers can
 * distinguish blue from vermillion (Okabe and Ito 2008); text and its ground contrast 4.5 to 1 or more.
 */
export const themes = {
  light: {
    ground: '#ffffff',
    line: '#d5d9e0',
    text: '#1a1e24',
    muted: '#525b67',
    link: '#0a559c',
    'ok-ground': '#e3eff9',
    'ok-text': '#0b4a78',
    'investigate-ground': '#fdf0c4',
    'investigate-text': '#614700',
    'drift-ground': '#fde3d3',
    'drift-text': '#8f3400',
    'insufficient-ground': '#e7e9ed',
    'insufficient-text': '#474e59',
    'chart-ground': '#ffffff',
    'chart-text': '#525b67',
    'chart-grid': '#e3e6eb',
    'chart-reference': '#0072b2',
    'chart-reference-fill': '#e6f2fa',
    'chart-current': '#d55e00',
    'chart-band': '#5a6370',
    'chart-interval': '#6b7480',
    'chart-ok': '#0072b2',
    'chart-investigate': '#a67700',
    'chart-drift': '#c24400',
    'chart-insufficient': '#6b7480',
  },
  dark: {
    ground: '#14171b',
    line: '#3a414b',
    text: '#e8ebef',
    muted: '#aab3bf',
    link: '#86c2f5',
    'ok-ground': '#123650',
    'ok-text': '#b9def8',
    'investigate-ground': '#463700',
    'investigate-text': '#ffe08a',
    'drift-ground': '#5b2600',
    'drift-text': '#ffcfae',
    'insufficient-ground': '#343a43',
    'insufficient-text': '#cdd3db',
    'chart-ground': '#14171b',
    'chart-text': '#aab3bf',
    'chart-grid': '#2d333c',
    'chart-reference': '#6cb8ec',
    'chart-reference-fill': '#17344a',
    'chart-current': '#f2883a',
    'chart-band': '#c3cad4',
    'chart-interval': '#98a2af',
    'chart-ok': '#6cb8ec',
    'chart-investigate': '#e6bf3c',
    'chart-drift': '#ff8a4a',
    'chart-insufficient': '#98a2af',
  },
} as const;

type ColourName = keyof (typeof themes)['light'];

/** The CSS declarations of a theme. */
export function declarations(theme: Readonly<Record<ColourName, string>>): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

type Paint = ColourName extends infer Name
  ? Name extends `chart-${infer Rest}`
    ? Rest
    : never
  : never;

const paints = Object.keys(themes.light)
  .filter((name) => name.startsWith('chart-'))
  .map((name) => name.slice('chart-'.length)) as readonly Paint[];

/** A placeholder colour for a CSS variable, which ECharts does not support. */
export function paint(name: Paint): string {
  return `#0c0c${paints.indexOf(name).toString(16).padStart(2, '0')}`;
}

/** Replaces the placeholder colours by CSS variables, so that one SVG serves both themes. */
export function withVariables(svg: string): string {
  return svg.replace(
    /(fill|stroke)="#0c0c([0-9a-f]{2})"/g,
    (_, attribute, index) => `${attribute}="var(--chart-${paints[Number.parseInt(index, 16)]})"`,
  );
}
