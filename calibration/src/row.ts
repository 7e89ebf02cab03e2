/** One line of the calibration table. */
export interface Row {
  readonly check: string;
  readonly measured: string;
  /** What was promised; empty for a figure that is printed for comparison only. */
  readonly goal: string;
  readonly met?: boolean;
}

/** A section of the calibration table. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What a reader must know to interpret the figures. */
  readonly notes?: readonly string[];
}

/** `4.35 %`, with as many digits as a table of a few thousand trials can give. */
export function percent(ratio: number): string {
  const points = ratio * 100;
  return `${points.toFixed(points !== 0 && points < 1 ? 2 : 1)} %`;
}

/** A score with three digits after the point. */
export function score(value: number): string {
  return value.toFixed(3);
}

/** The section as text, its columns aligned. */
export function formatSection({ title, rows, notes = [] }: Section): string {
  const lines = rows.map(({ check, measured, goal, met }) => [
    check,
    measured,
    goal,
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ]);
  const head = ['check', 'measured', 'goal', ''];
  const widths = head.map((name, column) =>
    Math.max(name.length, ...lines.map((line) => line[column]!.length)),
  );
  const line = (texts: readonly string[]): string =>
    `  ${texts
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()}`;
  return [title, line(head), ...lines.map(line), ...notes.map((note) => `  ${note}`), ''].join(
    '\n',
  );
}
