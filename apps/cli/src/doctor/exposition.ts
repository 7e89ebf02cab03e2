/** One series of an exposition. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const series = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** The series of Prometheus' text format, without time stamps; lines of another form are left out. */
export function readExposition(text: string): Series[] {
  const found: Series[] = [];
  for (const line of text.split('\n')) {
    const match = series.exec(line);
    if (match === null) continue;
    const [, name, labels = '', value] = match;
    found.push({
      name: name!,
      labels: Object.fromEntries(
        Array.from(labels.matchAll(label), ([, key, quoted]) => [key!, unescaped(quoted!)]),
      ),
      value: value === '+Inf' ? Infinity : Number(value),
    });
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
