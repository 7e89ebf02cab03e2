/** An element of a page, as far as the tests look at it. */
export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Element | string)[];
}

const voidTags = new Set(['meta', 'link', 'br']);
const token =
  /<!doctype html>|<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<]*")?)*)\s*(\/?)>|[^<]+/gy;

/** Reads a page more strictly than a browser: every tag is closed in order, every quote escaped. */
export function parsePage(page: string): Element {
  const root: Element = { tag: '', attributes: new Map(), children: [] };
  const open = [root];
  let position = 0;
  for (const match of page.matchAll(token)) {
    position = match.index + match[0].length;
    const [text, closing, tag, attributes, selfClosing] = match;
    const parent = open.at(-1)!;
    if (tag === undefined) {
      if (!text.startsWith('<')) parent.children.push(unescaped(text));
    } else if (closing === '/') {
      if (parent.tag !== tag) throw new Error(`</${tag}> closes <${parent.tag}>`);
      open.pop();
    } else {
      const element: Element = { tag, attributes: attributesOf(attributes!), children: [] };
      parent.children.push(element);
      if (selfClosing !== '/' && !voidTags.has(tag)) open.push(element);
    }
  }
  if (position !== page.length) throw new Error(`no HTML: ${page.slice(position, position + 80)}`);
  if (open.length > 1) throw new Error(`<${open.at(-1)!.tag}> is not closed`);
  return root;
}

/** The elements below one that fit, in the order of the page. */
export function select(element: Element, fits: (element: Element) => boolean): Element[] {
  return element.children.flatMap((child) =>
    typeof child === 'string' ? [] : [...(fits(child) ? [child] : []), ...select(child, fits)],
  );
}

export function byTag(element: Element, ...tags: string[]): Element[] {
  return select(element, ({ tag }) => tags.includes(tag));
}

export function byId(element: Element, id: string): Element {
  const [found] = select(element, ({ attributes }) => attributes.get('id') === id);
  if (found === undefined) throw new Error(`there is no #${id}`);
  return found;
}

/** The text of an element and all below it. */
export function textOf(element: Element): string {
  return element.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('');
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)) {
    if (attributes.has(name!)) throw new Error(`${name} occurs twice in ${text}`);
    attributes.set(name!, unescaped(value ?? ''));
  }
  return attributes;
}

function unescaped(text: string): string {
  const bare = /&(?!(?:amp|lt|gt|quot|#39|#160);)/.exec(text);
  if (bare !== null) throw new Error(`a bare & in ${text.slice(0, 80)}`);
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#160;', ' ')
    .replaceAll('&amp;', '&');
}
