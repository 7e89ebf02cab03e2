import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = Array.from(readme.matchAll(/^```ts\n([\s\S]+?)^```$/gm), ([, code]) => code!);
const configFile = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
const blockFile = (index: number): string =>
  fileURLToPath(new URL(`readme-block-${index}.ts`, import.meta.url));

/** The compile errors of the code blocks, as if they were files of this folder. */
function compileErrors(): string[] {
  const { config } = ts.readConfigFile(configFile, ts.sys.readFile);
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const codeOf = new Map(blocks.map((code, index) => [blockFile(index), code]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => codeOf.has(file) || fileExists(file);
  host.readFile = (file) => codeOf.get(file) ?? readFile(file);
  host.getSourceFile = (file, languageVersion) => {
    const code = codeOf.get(file);
    return code === undefined
      ? getSourceFile(file, languageVersion)
      : ts.createSourceFile(file, code, languageVersion);
  };
  const program = ts.createProgram([...codeOf.keys()], options, host);
  return [...codeOf.keys()].flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

describe('the README', () => {
  it('has an example of a monitor and one of drift on demand', () => {
    expect(blocks).toHaveLength(2);
  });

  it('has code blocks that compile under strict', { timeout: 120_000 }, () => {
    expect(compileErrors()).toEqual([]);
  });

  it('lists every subpath of the package', () => {
    const { exports } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { exports: Record<string, unknown> };
    const paths = Object.keys(exports).filter((path) => path !== './package.json');
    const listed = Array.from(readme.matchAll(/^\| `@modelmeter\/core(\/\w+)?`/gm), ([, path]) =>
      path === undefined ? '.' : `.${path}`,
    );
    expect(listed.sort()).toEqual(paths.sort());
  });
});
