import { readFileSync } from 'node:fs';
import * as core from '@modelmeter/core';
import { settingDefaults } from '@modelmeter/core/settings';
import { transformSync } from 'esbuild';
import * as promClient from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import * as adapter from '../src/index.js';

const own = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
// The example of core needs an adapter, which core itself must not depend on.
const ofCore = readFileSync(new URL('../../core/README.md', import.meta.url), 'utf8');
const ofRepository = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

afterEach(() => promClient.register.clear());

it.each([
  ['of this package', own],
  ['of core', ofCore],
  ['of the repository', ofRepository],
])('the example of the README %s prints what it says', async (_whose, readme) => {
  const [, code] = /^```ts\n([\s\S]+?)^```$/m.exec(readme)!;
  const body = transformSync(code!, { loader: 'ts', format: 'esm', target: 'es2022' })
    .code.replace(/import (\{[^}]+\}) from "@modelmeter\/core";/, 'const $1 = core;')
    .replace(/import (\{[^}]+\}) from "@modelmeter\/function";/, 'const $1 = adapter;')
    .replace(/import (\{[^}]+\}) from "prom-client";/, 'const $1 = promClient;');
  const printed: string[] = [];
  const console = { log: (...values: unknown[]) => printed.push(values.map(String).join(' ')) };
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const parameters = { core, adapter, promClient, console };
  await new AsyncFunction(...Object.keys(parameters), body)(...Object.values(parameters));
  const said = [...code!.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);
  expect(said.length).toBeGreaterThan(0);
  expect(printed).toEqual(said);
});

it.each([
  ['validation', settingDefaults.validation],
  ['featureSamplingRate', settingDefaults.featureSamplingRate],
  ['warmUpCalls', settingDefaults.warmUpCalls],
])('the README of core gives the actual default of %s', (name, value) => {
  const row = ofCore.split('\n').find((line) => line.startsWith(`| \`${name}\``));
  expect(row?.split('|')[2]?.trim().replaceAll('`', '')).toBe(String(value));
});
