import {
  type CallMonitor,
  type CallOptions,
  createCallMeter,
  type FeatureBlock,
  type OutputBlock,
  replaceMembers,
} from '@modelmeter/core';
import { reasonOfSession } from './error-reason.js';
import { noTensor, type OnnxSession, type OnnxTensor } from './structural-types.js';
import { tensorValues } from './tensor-values.js';

type Feeds = Readonly<Record<string, OnnxTensor>>;
type Results = Readonly<Record<string, unknown>>;

/** How the inputs of a session become features. */
export interface SessionOptions extends CallOptions<Feeds, Results> {
  /**
   * Names of the columns of an input. Left out, an input of one column is the feature of its own
   * name, and the only input of a session has the monitor's features in their order.
   */
  readonly features?: Readonly<Record<string, readonly string[]>>;
}

/**
 * A session of the same type whose `run` is metered: the promise of the session itself, the same
 * errors, one observation a call. Every other member is the session's own.
 *
 * Tensors are read during the call and not kept. What cannot be read is counted in
 * `model_monitor_errors_total` and does not reach the caller. What the caller does see, if asked
 * for: an INPUT_INVALID error with `validation: 'reject'`, and a TimeoutError or the reason of an
 * abort signal, all as rejections.
 *
 * @example
 * const session = monitorSession(await InferenceSession.create('model.onnx'), monitor);
 */
export function monitorSession<Session extends OnnxSession>(
  session: Session,
  monitor: CallMonitor,
  options: SessionOptions = {},
): Session {
  const columnNames = createColumnNames(monitor.features, options.features ?? {});
  const meter = createCallMeter<Feeds, Results>(
    monitor,
    {
      rows: rowsOf,
      features: (feeds) => readFeatures(feeds, columnNames),
      outputs: readOutputs,
    },
    {
      errorReason(error) {
        // The runtime's own words name neither the output nor a remedy.
        const output = unreadableOutput(session, error);
        if (output !== undefined) monitor.countError('outputs', new TypeError(noTensor(output)));
        return reasonOfSession(error);
      },
      ...options,
    },
  );

  const run = (feeds: never, ...rest: never[]): Promise<object> => {
    try {
      return meter(feeds, () => session.run(feeds, ...rest) as Promise<Results>);
    } catch (error) {
      return Promise.reject(error);
    }
  };

  return replaceMembers(session, { run } as Partial<Session>);
}

/** The names of the columns of an input; undefined where it holds no features. */
type ColumnNames = (
  input: string,
  columns: number,
  inputs: number,
) => readonly string[] | undefined;

function readFeatures(feeds: Feeds, columnNames: ColumnNames): FeatureBlock[] {
  const inputs = Object.keys(feeds);
  const blocks: FeatureBlock[] = [];
  for (const input of inputs) {
    const tensor = feeds[input]!;
    const names = columnNames(input, columnsOf(tensor), inputs.length);
    if (names !== undefined) blocks.push({ names, data: tensorValues(tensor) });
  }
  return blocks;
}

/** Hands out the same array of names for the same input, so that readers need not look at it again. */
function createColumnNames(
  features: CallMonitor['features'],
  named: NonNullable<SessionOptions['features']>,
): ColumnNames {
  const matrix = features.map(({ name }) => name);
  const single = new Map(features.map(({ name }) => [name, [name]]));
  return (input, columns, inputs) => {
    const given = named[input];
    if (given !== undefined) {
      if (given.length === columns) return given;
      throw new RangeError(
        `input "${input}" has ${columns} columns and options.features names ${given.length}; name one a column`,
      );
    }
    return single.get(input) ?? (inputs === 1 && columns === matrix.length ? matrix : undefined);
  };
}

function columnsOf({ dims }: OnnxTensor): number {
  let columns = 1;
  for (let axis = 1; axis < dims.length; axis += 1) columns *= dims[axis]!;
  return columns;
}

function readOutputs(results: Results): OutputBlock[] {
  const blocks: OutputBlock[] = [];
  for (const name of Object.keys(results)) {
    const value = results[name];
    if (!isTensor(value)) throw new TypeError(noTensor(name));
    blocks.push({ name, data: tensorValues(value) });
  }
  return blocks;
}

function unreadableOutput({ outputMetadata }: OnnxSession, error: unknown): string | undefined {
  if (!(error instanceof Error && /non.tensor type/i.test(error.message))) return undefined;
  return outputMetadata?.find(({ isTensor }) => !isTensor)?.name;
}

function isTensor(value: unknown): value is OnnxTensor {
  return typeof value === 'object' && value !== null && 'dims' in value && 'data' in value;
}

function rowsOf(feeds: Feeds): number {
  for (const input in feeds) return feeds[input]!.dims[0] ?? 1;
  return 1;
}
