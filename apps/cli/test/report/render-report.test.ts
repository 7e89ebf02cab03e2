import type { DriftState, FeatureDrift } from '@modelmeter/core';
import type { SizeOfShift } from '@modelmeter/core/drift';
import { describe, expect, it } from 'vitest';
import type { DriftResult } from '../../src/compare/drift-result.js';
import { renderReport } from '../../src/report/render-report.js';
import { byId, byTag, type Element, parsePage, select, textOf } from './html-tree.js';
import {
  type Columns,
  compare,
  evaluate,
  names,
  normals,
  resultVerdict,
  segment,
  sides,
} from './support.js';

const options = { generated: new Date('2026-02-03T04:05:06Z'), version: '1.2.3' };
const rows = 4000;
const hostile = '<script>alert(1)</script>"\'&amp;{a|b}';

const reference: Columns = {
  steady: normals(rows, 1),
  shifted: normals(rows, 2),
  moved: normals(rows, 3),
  kind: names(rows, 4, { red: 5, green: 3, blue: 2 }),
};
const current: Columns = {
  steady: normals(rows, 11),
  shifted: normals(rows, 12, 0.8),
  moved: normals(rows, 13, 0.4),
  kind: names(rows, 14, { red: 2, green: 3, yellow: 5 }),
};

/** A result with every state, three chunks of which one is small, segments and findings. */
function wholeResult(): DriftResult {
  const few = evaluate({ few: normals(rows, 5) }, { few: normals(40, 15) });
  const compared = compare(reference, current, { chunkRows: 1980 });
  const features = [...few, ...compared.features];
  return {
    ...compared,
    features,
    ...resultVerdict(features),
    segments: {
      column: 'region',
      values: [segment('north', reference, current), segment('south', reference, reference)],
      leftOut: { segments: 2, rows: 1500 },
      added: { segments: 1, rows: 40 },
      missing: 3,
    },
  };
}

function parse(result: DriftResult): Element {
  return parsePage(renderReport(result, options));
}

function withFeatures(features: readonly FeatureDrift[]): DriftResult {
  return {
    ...sides(['a.csv', rows], ['b.csv', rows]),
    features,
    ...resultVerdict(features),
  };
}

/** The texts of the cells of a table's body, row by row. */
function cellTexts(table: Element): string[][] {
  return byTag(byTag(table, 'tbody')[0]!, 'tr').map((row) => byTag(row, 'th', 'td').map(textOf));
}

function tableOf(page: Element, section: string): Element {
  return byTag(byId(page, section), 'table')[0]!;
}

describe('the report', () => {
  const text = renderReport(wholeResult(), options);
  const page = parsePage(text);

  it('is one document that asks nobody for anything and runs nothing', () => {
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(text).not.toMatch(/https?:/);
    expect(byTag(page, 'script', 'iframe', 'img', 'object')).toEqual([]);
    expect(select(page, ({ attributes }) => attributes.has('src'))).toEqual([]);
    expect(
      select(page, ({ attributes }) =>
        [...attributes.keys()].some((name) => name.startsWith('on')),
      ),
    ).toEqual([]);
    expect(text).not.toMatch(/url\(|@import/);
    const policy = select(page, ({ attributes }) => attributes.has('http-equiv'))[0]!;
    expect(policy.attributes.get('content')).toContain("default-src 'none'");
  });

  it('has unique ids, and something at the end of every link', () => {
    const ids = select(page, ({ attributes }) => attributes.has('id')).map(
      ({ attributes }) => attributes.get('id')!,
    );
    expect(new Set(ids).size).toBe(ids.length);
    const targets = byTag(page, 'a').map(({ attributes }) => attributes.get('href')!);
    expect(targets.length).toBeGreaterThan(20);
    for (const target of targets) expect(ids).toContain(target.slice(1));
    const labels = select(page, ({ attributes }) => attributes.has('aria-labelledby'));
    for (const { attributes } of labels) expect(ids).toContain(attributes.get('aria-labelledby'));
  });

  it('has headings in steps, and tables with captions and scopes', () => {
    const levels = byTag(page, 'h1', 'h2', 'h3', 'h4').map(({ tag }) => Number(tag[1]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) {
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    }
    for (const table of byTag(page, 'table')) {
      expect(byTag(table, 'caption').map(textOf).join('')).not.toBe('');
      const columns = byTag(byTag(table, 'thead')[0]!, 'th').length;
      for (const heading of byTag(table, 'th')) {
        expect(heading.attributes.get('scope')).toMatch(/^(col|row)$/);
      }
      for (const row of byTag(table, 'tr')) expect(byTag(row, 'th', 'td')).toHaveLength(columns);
    }
  });

  it('says in its head what was found and compared', () => {
    const head = byTag(page, 'header')[0]!;
    expect(textOf(byTag(head, 'h1')[0]!)).toBe('Drift in 2 of 5 features');
    const facts = byTag(head, 'dl')[0]!;
    expect(byTag(facts, 'dd').map(textOf)).toEqual([
      'train.parquet, 4,000 rows',
      'week.csv, 4,000 rows',
      '4 of 5',
      '2 of 5',
      '1',
      '1',
      '2026-02-03 04:05 UTC',
    ]);
    expect(textOf(head)).toContain('Undecided: 1 feature, whose shift may be large.');
  });

  it('lists the features in the order in which to read them, each with its figures', () => {
    const lines = cellTexts(tableOf(page, 'features'));
    expect(lines.map(([name, state]) => [name, state])).toEqual([
      ['kind', 'drift'],
      ['shifted', 'drift'],
      ['moved', 'investigate'],
      ['few', 'insufficient data'],
      ['steady', 'ok'],
    ]);
    const moved = wholeResult().features.find(({ name }) => name === 'moved')!;
    const { psi, share_moved: share } = moved.effects as Record<'psi' | 'share_moved', SizeOfShift>;
    const short = (value: number): number => Number(value.toPrecision(3));
    expect(lines[2]).toEqual([
      'moved',
      'investigate',
      `PSI ${short(psi.estimate)}Largest move ${short(100 * share.estimate)} points`,
      `${short(psi.low)} to ${short(psi.high)}${short(100 * share.low)} to ${short(100 * share.high)} points`,
      '0.110 points',
      '0.2525 points',
      '< 0.0001',
      moved.explanation,
    ]);
    const few = wholeResult().features.find(({ name }) => name === 'few')!;
    expect(lines[3]![6]).toBe(String(Number(few.adjustedPValue.toPrecision(2))));
    expect(byTag(byId(page, 'each-feature'), 'h3').map(textOf)).toEqual(
      lines.map(([name, state]) => `${name} ${state}`),
    );
  });

  it('shows each feature with its explanation, charts, figures and scores', () => {
    for (const feature of wholeResult().features) {
      const article = byTag(byId(page, 'each-feature'), 'article').find((one) =>
        textOf(byTag(one, 'h3')[0]!).startsWith(feature.name),
      )!;
      expect(textOf(article)).toContain(feature.explanation);
      for (const { message } of feature.findings) expect(textOf(article)).toContain(message);
      const [bins, trend, sizes, scores] = byTag(article, 'table');
      expect(cellTexts(bins!)).toHaveLength(feature.bins.length);
      expect(cellTexts(trend!).map(([key]) => key)).toEqual(['1-1980', '1981-3960', '3961-4000']);
      expect(cellTexts(scores!).map(([name]) => name)).toEqual([...Object.keys(feature.scores)]);
      const isPsi = feature.statistic === 'psi';
      expect(cellTexts(sizes!).map(([name]) => name)).toEqual(
        isPsi ? ['PSI', 'Largest move'] : ['Largest move', 'PSI'],
      );
      const labels = byTag(article, 'svg').map(({ attributes }) => attributes.get('aria-label'));
      expect(labels).toHaveLength(2);
      expect(labels[0]).toContain(`Shares of the rows of ${feature.name}`);
      expect(labels[1]).toContain(
        `${isPsi ? 'PSI' : 'Largest move'} of ${feature.name} in 3 chunks`,
      );
    }
  });

  it('shows the state of every feature in every chunk in letters and words', () => {
    const table = tableOf(page, 'chunks');
    expect(byTag(byTag(table, 'thead')[0]!, 'th').map(textOf)).toEqual([
      'Feature',
      '1-1980',
      '1981-3960',
      '3961-4000',
    ]);
    expect(cellTexts(table)).toEqual([
      ['All features', 'Ddrift', 'Ddrift', 'Ddrift'],
      ['kind', 'Ddrift', 'Ddrift', 'Ddrift'],
      ['shifted', 'Ddrift', 'Ddrift', 'Ddrift'],
      ['moved', 'Iinvestigate', 'Iinvestigate', '?insufficient data'],
      ['few', 'no data', 'no data', 'no data'],
      ['steady', '·ok', '·ok', '?insufficient data'],
    ]);
  });

  it('shows the segments and what was left out', () => {
    expect(cellTexts(tableOf(page, 'segments'))).toEqual([
      ['north', 'drift', '4,000', '4,000', 'shifted, kind', 'moved', '0'],
      ['south', 'ok', '4,000', '4,000', '–', '–', '0'],
    ]);
    expect(textOf(byId(page, 'segments'))).toContain(
      '2 smaller segments with 1,500 rows of the reference were left out.',
    );
  });

  it('shows where the shifts are, and says when they are everywhere', () => {
    const shiftedSegments = [
      {
        feature: 'shifted',
        conditions: [
          { column: 'region', value: 'north' },
          { column: 'plan', value: 'pro' },
        ],
        currentRows: 800,
        rowRatio: 0.2,
        shiftRatio: 0.95,
        inside: 0.613,
        outside: -0.004,
        adjustedPValue: 1e-9,
        explanation: '',
      },
    ];
    const found = parse({ ...wholeResult(), shiftedSegments });
    expect(cellTexts(tableOf(found, 'shifted-segments'))).toEqual([
      ['shifted', 'region north and plan pro', '20 %', '95 %', '+61.3', '−0.4', '< 0.0001'],
    ]);
    const everywhere = parse({ ...wholeResult(), shiftedSegments: [] });
    expect(textOf(byId(everywhere, 'shifted-segments'))).toContain(
      'No shift is concentrated in a segment.',
    );
  });

  it('lists every finding', () => {
    const findings = wholeResult().features.flatMap((feature) => feature.findings);
    expect(findings.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['unseen_categories', 'vanished_categories']),
    );
    const lines = cellTexts(tableOf(page, 'data-quality'));
    expect(lines.map((line) => line.at(-1)).sort()).toEqual(
      findings.map(({ message }) => message).sort(),
    );
  });

  it('explains every word that it uses', () => {
    expect(byTag(byId(page, 'states'), 'dt').map(textOf)).toEqual([
      'drift',
      'investigate',
      'insufficient data',
      'ok',
      'size of the shift',
      '95 % interval',
      'significant',
      'noise floor',
    ]);
  });

  it('is the same for the same result', () => {
    expect(renderReport(wholeResult(), options)).toBe(text);
  });
});

describe('a report of a part', () => {
  it('shows no figures of a feature that could not be compared', () => {
    const [feature] = evaluate({ x: normals(100, 1) }, { x: normals(0, 2) });
    const page = parse(withFeatures([feature!]));
    expect(cellTexts(tableOf(page, 'features'))).toEqual([
      ['x', 'insufficient data', '–', '–', '–', '–', '–', feature!.explanation],
    ]);
    expect(feature!.explanation).toContain('The window has no rows');
  });

  it('without features says so', () => {
    const page = parse(withFeatures([]));
    expect(textOf(byTag(page, 'h1')[0]!)).toBe('No features were compared');
    expect(textOf(byId(page, 'features'))).toContain('no features in common');
    expect(byTag(page, 'svg', 'article')).toEqual([]);
  });

  it('without chunks, segments or findings leaves them out', () => {
    const page = parse(compare({ x: normals(rows, 1) }, { x: normals(rows, 2) }));
    expect(byTag(page, 'h2').map(textOf)).toEqual([
      'All features',
      'Data quality',
      'Each feature',
      'What the states mean',
    ]);
    expect(byTag(page, 'svg')).toHaveLength(1);
    expect(textOf(byId(page, 'data-quality'))).toContain('No data-quality findings');
  });

  it.each([
    [['drift', 'ok'], 'Drift in 1 of 2 features'],
    [['investigate', 'ok'], 'No drift, but 1 of 2 features to investigate'],
    [['ok', 'ok'], 'No drift in 2 features'],
    [
      ['ok', 'insufficient_data'],
      'No drift in 1 of 2 features; nothing could be decided about the others',
    ],
    [['insufficient_data'], 'Nothing could be decided about 1 feature'],
  ] as [DriftState[], string][])('of states %s is headed "%s"', (states, title) => {
    const [feature] = evaluate({ x: normals(rows, 1) }, { x: normals(rows, 2) });
    const features = states.map((state, index) => ({ ...feature!, name: `x${index}`, state }));
    expect(textOf(byTag(parse(withFeatures(features)), 'h1')[0]!)).toBe(title);
  });

  it('of an empty sample has neither charts of nothing nor NaN', () => {
    const result = compare({ x: normals(rows, 1) }, { x: new Float64Array(0) }, { chunkRows: 10 });
    const text = renderReport(result, options);
    expect(textOf(byTag(parsePage(text), 'h1')[0]!)).toBe(
      'Nothing could be decided about 1 feature',
    );
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('names from the data', () => {
  it.each([
    ['hostile', hostile],
    ['long', 'x'.repeat(5000)],
    ['empty', ''],
    ['broken', 'a\nb\u202Ec\u0000'],
    ['of a colour', '#0c0c03'],
    ['of a style', '</style></svg><style>'],
  ])('that are %s stay text everywhere', (_, name) => {
    const columns = (kinds: Readonly<Record<string, number>>, seed: number): Columns => ({
      [name]: names(rows, seed, kinds),
    });
    const before = columns({ [name]: 3, b: 2 }, 1);
    const after = columns({ [name]: 1, b: 3 }, 2);
    const result = compare(before, after, { chunkRows: 2000 });
    const text = renderReport(
      {
        ...result,
        ...sides([name, rows], [name, rows]),
        chunks: result.chunks!.map((chunk, index) => ({ ...chunk, key: `${name}${index}` })),
        segments: {
          column: name,
          values: [segment(name, before, after)],
          leftOut: { segments: 0, rows: 0 },
          added: { segments: 0, rows: 0 },
          missing: 0,
        },
      },
      options,
    );
    const page = parsePage(text);
    expect(byTag(page, 'script')).toEqual([]);
    expect(byTag(page, 'style')).toHaveLength(1);
    expect(byTag(page, 'svg')).toHaveLength(2);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E]/u);
    expect(text.length).toBeLessThan(60_000 + 40 * name.length);
  });

  it('can be read as they are', () => {
    const page = parse(compare({ [hostile]: normals(rows, 1) }, { [hostile]: normals(rows, 2) }));
    expect(cellTexts(tableOf(page, 'features'))[0]![0]).toBe(hostile);
  });
});

it('stays small with 200 features in 50 chunks', () => {
  const [numeric, categorical] = compare(
    { x: reference.moved!, kind: names(rows, 1, manyKinds()) },
    { x: current.moved!, kind: names(rows, 2, manyKinds()) },
  ).features;
  const features = Array.from({ length: 200 }, (_, index) => ({
    ...(index % 2 === 0 ? numeric! : categorical!),
    name: `feature number ${index}`,
  }));
  const chunks = Array.from({ length: 50 }, (_, index) => ({
    key: `2021-W${index + 1}`,
    rows,
    features,
    ...resultVerdict(features),
  }));
  const text = renderReport({ ...withFeatures(features), chunks }, options);
  expect(text.length).toBeLessThan(10_000_000);
});

function manyKinds(): Record<string, number> {
  return Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`kind ${index}`, 1]));
}

describe('a report of data that were not read as a whole', () => {
  const result: DriftResult = {
    ...withFeatures(evaluate(reference, current)),
    reference: {
      ...sides(['a.csv', rows], ['b.csv', rows]).reference,
      detected: { separator: ';', decimal: ',', encoding: 'utf-16le' },
      rejected: { rows: 1, examples: [{ file: 'a.csv', line: 602, problem: '1 field' }] },
      leftOut: [{ column: 'when', reason: 'holds times' }],
      notes: ['a.csv has 3 blank lines, which are skipped.'],
    },
  };
  const page = parse({
    ...result,
    current: { ...result.current, missingColumns: ['kind'] },
    state: 'ok',
    undecided: ['b.csv has no column "kind", which was asked for.'],
  });

  it('names rejected rows, what was detected, and every column with the reason', () => {
    const section = byId(page, 'reading')!;
    const text = textOf(section);
    expect(text).toContain('1 row of a.csv does not fit and is not compared: line 602 (1 field).');
    expect(text).toContain(
      'a.csv is read with the separator ";" and a decimal comma and the encoding utf-16le.',
    );
    expect(text).toContain('3 blank lines');
    expect(cellTexts(section)).toEqual([
      ['reference', 'when', 'holds times'],
      ['current', 'kind', 'is missing'],
    ]);
  });

  it('says first that it is undecided, and why', () => {
    const [head] = byTag(page, 'header');
    expect(textOf(byTag(head!, 'h1')[0]!)).toBe('Undecided: not everything could be compared');
    expect(textOf(head!)).toContain('b.csv has no column "kind", which was asked for.');
  });
});
