import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from './support.js';

/** `cases.json`: what a user expects of one comparison. See `cases/README.md`. */
interface Case {
  readonly name: string;
  readonly reference: string;
  readonly current: string;
  readonly arguments: readonly string[];
  readonly why: string;
  readonly expect: {
    readonly exit?: number;
    readonly exitNot?: number;
    readonly stderr?: string;
    readonly state?: Readonly<Record<string, string>>;
    readonly stateNot?: Readonly<Record<string, readonly string[]>>;
    readonly type?: Readonly<Record<string, string>>;
    readonly rows?: Readonly<Record<'reference' | 'current', number>>;
    readonly missing?: Readonly<Record<string, Partial<Record<'reference' | 'current', number>>>>;
    readonly features?: number;
    readonly chunks?: readonly string[];
    readonly segmentRows?: 'all';
    readonly noFinding?: Readonly<Record<string, readonly string[]>>;
  };
}

const folder = join(import.meta.dirname, 'cases');
const cases: readonly Case[] = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8'));

async function check({ reference, current, arguments: args, expect: expected }: Case) {
  const { code, stdout, stderr } = await runCommand(folder, [
    ...['drift', '--reference', reference, '--current', current, ...args, '--format', 'json'],
  ]);
  if (expected.exit !== undefined) expect(code, stderr).toBe(expected.exit);
  if (expected.exitNot !== undefined) expect(code, stderr).not.toBe(expected.exitNot);
  if (expected.stderr !== undefined) expect(stderr).toContain(expected.stderr);
  const result = stdout === '' ? { features: [] } : JSON.parse(stdout);
  const found = Object.fromEntries(
    result.features.map((feature: { readonly name: string }) => [feature.name, feature]),
  );
  for (const [name, state] of Object.entries(expected.state ?? {})) {
    expect(found[name].state, name).toBe(state);
  }
  for (const [name, states] of Object.entries(expected.stateNot ?? {})) {
    expect(states, name).not.toContain(found[name].state);
  }
  for (const [name, type] of Object.entries(expected.type ?? {})) {
    expect(found[name].type, name).toBe(type);
  }
  for (const [side, rows] of Object.entries(expected.rows ?? {})) {
    expect(result[side].rows).toBe(rows);
  }
  for (const [name, sides] of Object.entries(expected.missing ?? {})) {
    for (const [side, ratio] of Object.entries(sides)) {
      expect(found[name].missingRatio[side], name).toBeCloseTo(ratio, 10);
    }
  }
  if (expected.features !== undefined) expect(result.features).toHaveLength(expected.features);
  if (expected.chunks !== undefined) {
    expect(result.chunks.map(({ key }: { readonly key: string }) => key)).toEqual(expected.chunks);
  }
  if (expected.segmentRows === 'all') {
    for (const segment of result.segments.values) {
      expect(Math.min(segment.referenceRows, segment.currentRows)).toBeGreaterThan(0);
    }
  }
  for (const [name, kinds] of Object.entries(expected.noFinding ?? {})) {
    const findings = found[name].findings.map(({ kind }: { readonly kind: string }) => kind);
    for (const kind of kinds) expect(findings, name).not.toContain(kind);
  }
}

describe('modelmeter drift', () => {
  for (const one of cases) {
    it(`gives the expected answer to ${one.name}: ${one.why}`, () => check(one));
  }
});
