/** HTML that {@link html} does not escape. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A part of a template: markup is kept as it is, text and numbers are escaped, lists joined. */
export type Part = Markup | string | number | undefined | readonly Part[];

export const nothing = new Markup('');

/** Template tag that escapes everything but {@link Markup}, so that text from the data is never read as tags. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0]!;
  for (const [index, part] of parts.entries()) text += textOf(part) + strings[index + 1]!;
  return new Markup(text);
}

/** Parts one after the other, such as sentences with a space between. */
export function joined(parts: readonly Part[], separator: string): Markup {
  return new Markup(parts.map(textOf).join(escapeHtml(separator)));
}

/** Replaces the characters that would break a line, reverse its direction, or show nothing. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu,
    '\uFFFD',
  );
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(textOf).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character]!);
}
