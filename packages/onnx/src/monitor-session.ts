import type { OutputBlock } from '@modelmeter/core';
import {
  type CallMonitor,
  type CallOptions,
  createCallMeter,
  createFeatureInputs,
  markWrapped,
  type NamedInput,
  outputNameOf,
  replaceMembers,
  requireModel,
  requireNoMismatch,
} from '@modelmeter/core/adapter';
import { checkSession } from './check-session.js';
import { sessionErrorReason } from './error-reason.js';
import { isTensor, noTensor, type OnnxSession, type OnnxTensor } from './structural-types.js';
import { tensorValues } from './tensor-values.js';

type Feeds = Readonly<Record<string, OnnxTensor>>;
type Results = Readonly<Record<string, unknown>>;

/** How the inputs of a session become features. */
export interface SessionOptions extends CallOptions<Feeds, Results> {
  /**
   * Names of the columns of an input. By default an input with the name of a feature is that
   * feature, and the only input that has a dimension holds the features of the monitor in order.
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
 * @throws CoreError MODEL_INVALID for a promise or a wrapped session, MODEL_MISMATCH when the
 * session lacks a declared feature or the declared output.
 *
 * @example
 * const session = monitorSession(await InferenceSession.create('model.onnx'), monitor);
 */
export function monitorSession<Session extends OnnxSession>(
  session: Session,
  monitor: CallMonitor,
  options: SessionOptions = {},
): Session {
  requireModel(session, 'monitorSession');
  requireNoMismatch(
    'monitorSession',
    checkSession(session, monitor.features, {
      output: outputNameOf(monitor.outputs),
      columns: options.features ?? {},
    }),
  );
  const inputs = createFeatureInputs<OnnxTensor>(
    monitor.features,
    options.features ?? {},
    ({ dims }) => dims,
  );
  const meter = createCallMeter<Feeds, Results>(
    monitor,
    {
      rows: (feeds) => inputs.rows(namedInputs(feeds)),
      features: (feeds) =>
        inputs
          .find(namedInputs(feeds))
          .map(({ tensor, ...input }) => ({ ...input, data: tensorValues(tensor) })),
      outputs: readOutputs,
    },
    {
      errorReason(error, feeds) {
        // The message of the runtime names neither the output nor a remedy.
        const output = unreadableOutput(session, error);
        if (output !== undefined) monitor.countError('outputs', new TypeError(noTensor(output)));
        return sessionErrorReason(error, feeds);
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

  return markWrapped(replaceMembers(session, { run } as Partial<Session>));
}

function namedInputs(feeds: Feeds): NamedInput<OnnxTensor>[] {
  return Object.keys(feeds).map((name) => ({ name, tensor: feeds[name]! }));
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
