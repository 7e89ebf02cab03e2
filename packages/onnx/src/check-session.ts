import type { FeatureConfig } from '@modelmeter/core/settings';
import { noTensor, type OnnxSession } from './structural-types.js';

/**
 * The problems of a session whose features or outputs differ from the declared ones, one sentence
 * each with the remedy; empty when they fit. `monitorSession` refuses a session with problems.
 *
 * They fit when each feature is an input of its own name with one column, or for an embedding with
 * its dimension, or when there is one input with as many columns as there are features, all numeric.
 */
export function checkSession(
  session: OnnxSession,
  features: readonly FeatureConfig[],
  options: {
    /** Name of the output that the monitor reads; not checked without it. */
    readonly output?: string;
    /** Names of the columns of an input, as `monitorSession` takes them. */
    readonly columns?: Readonly<Record<string, readonly string[]>>;
  } = {},
): string[] {
  const { output, columns = {} } = options;
  const named = new Set(Object.values(columns).flat());
  const others = features.filter(({ name }) => !named.has(name));
  return [
    ...columnProblems(session, columns),
    ...(named.size > 0 && others.length === 0 ? [] : inputProblems(session, others)),
    ...(output === undefined ? [] : outputProblems(session, output)),
  ];
}

function columnProblems(
  { inputNames }: OnnxSession,
  columns: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.keys(columns)
    .filter((name) => !inputNames.includes(name))
    .map(
      (name) =>
        `options.features names "${name}", which is not an input of the model. Available: ${inputNames.join(', ')}.`,
    );
}

function outputProblems(
  { outputNames, outputMetadata = [] }: OnnxSession,
  output: string,
): string[] {
  if (!outputNames.includes(output)) {
    return [
      `The model has no output "${output}". Available: ${outputNames.join(', ')}. Correct the name in outputs.`,
    ];
  }
  const metadata = outputMetadata.find(({ name }) => name === output);
  return metadata === undefined || metadata.isTensor ? [] : [noTensor(output)];
}

function inputProblems(session: OnnxSession, features: readonly FeatureConfig[]): string[] {
  const inputs = session.inputMetadata ?? [];
  const [only] = inputs;
  if (
    inputs.length === 1 &&
    only !== undefined &&
    !features.some(({ name }) => name === only.name)
  ) {
    const columns = columnsOf(only.shape);
    const declared = features.reduce((sum, { dimension = 1 }) => sum + dimension, 0);
    const text = features.filter(({ type }) => type === 'categorical');
    return [
      ...(columns !== undefined && columns !== declared
        ? [
            `Input "${only.name}" takes ${columns} columns and ${declared === features.length ? `${declared} features are declared` : `the features have ${declared} values`}. Declare one feature a column, in order.`,
          ]
        : []),
      ...(text.length > 0 && only.type !== 'string'
        ? [
            `Feature "${text[0]!.name}" is categorical and input "${only.name}" takes ${only.type}. Declare it numeric, or give it a string input of its own.`,
          ]
        : []),
    ];
  }
  const names = session.inputNames;
  const declared = new Map(features.map((feature) => [feature.name, feature]));
  const problems = features.flatMap(({ name }) =>
    names.includes(name)
      ? []
      : [
          `Feature "${name}" is not an input of the model. Available: ${names.join(', ')}. Correct the name in features.`,
        ],
  );
  for (const input of inputs) {
    const feature = declared.get(input.name);
    if (feature === undefined) continue;
    const { type, dimension = 1 } = feature;
    if (type !== 'categorical' && input.type === 'string') {
      problems.push(
        `Feature "${input.name}" is declared ${type} and the model takes strings there. Declare it categorical.`,
      );
    }
    const columns = columnsOf(input.shape) ?? dimension;
    if (columns !== dimension) {
      problems.push(
        type === 'embedding'
          ? `Input "${input.name}" takes ${columns} columns and the embedding has ${dimension} values. Correct its dimension.`
          : `Input "${input.name}" takes ${columns} columns; a feature has one.`,
      );
    }
  }
  return problems;
}

/** Columns of a row, or undefined where the model leaves them open. */
function columnsOf(shape: readonly (number | string)[] | undefined): number | undefined {
  let columns = 1;
  for (const length of shape?.slice(1) ?? []) {
    if (typeof length !== 'number' || length < 0) return undefined;
    columns *= length;
  }
  return columns;
}
