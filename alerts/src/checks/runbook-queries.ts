import { readdirSync, readFileSync } from 'node:fs';

/** One query of a runbook, ready to paste. */
export interface RunbookQuery {
  /** Name of the page without extension. */
  readonly page: string;
  /** The alert whose section contains it. */
  readonly alert: string;
  /** The heading above it, such as `Diagnosis`. */
  readonly section: string;
  readonly query: string;
}

const runbooks = new URL('../../../runbooks/', import.meta.url);

/** Every page of the runbooks: its name and its Markdown. */
export function readRunbooks(folder: URL = runbooks): { page: string; text: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => ({
      page: name.replace(/\.md$/, ''),
      text: readFileSync(new URL(name, folder), 'utf8'),
    }));
}

/** Every PromQL block of the runbooks, in the order of the pages. */
export function runbookQueries(folder: URL = runbooks): RunbookQuery[] {
  return readRunbooks(folder).flatMap(({ page, text }) => {
    const queries: RunbookQuery[] = [];
    let alert = '';
    let section = '';
    let block: string[] | undefined;
    for (const line of text.split('\n')) {
      if (block !== undefined) {
        if (line === '```') {
          queries.push({ page, alert, section, query: block.join('\n') });
          block = undefined;
        } else block.push(line);
        continue;
      }
      if (line === '```promql') block = [];
      else if (line.startsWith('## ')) [alert, section] = [line.slice(3), ''];
      else if (line.startsWith('### ')) section = line.slice(4);
    }
    return queries;
  });
}
