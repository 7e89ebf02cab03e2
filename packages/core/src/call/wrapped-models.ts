import { CoreError } from '../errors.js';

// One set for the process: a bundler, or ESM and CommonJS together, may load this package twice.
const key = Symbol.for('@modelmeter/core/wrapped-models/1');

function wrappedModels(): WeakSet<object> {
  const holder: { [key]?: WeakSet<object> } = globalThis as object;
  holder[key] ??= new WeakSet();
  return holder[key];
}

/**
 * Refuses what an adapter cannot wrap: nothing, a promise that was not awaited, or a model that is
 * wrapped already, whose calls would be counted twice.
 *
 * @param adapter Name of the adapter's function, for the message.
 * @throws CoreError MODEL_INVALID.
 */
export function requireModel(model: unknown, adapter: string): void {
  if ((typeof model !== 'object' && typeof model !== 'function') || model === null) {
    throw new CoreError(
      'MODEL_INVALID',
      `${adapter} was given ${model === null ? 'null' : typeof model} in place of a model. Pass the loaded model.`,
    );
  }
  if (typeof (model as { then?: unknown }).then === 'function') {
    throw new CoreError(
      'MODEL_INVALID',
      `${adapter} was given a promise. Await the model first: ${adapter}(await model, monitor).`,
    );
  }
  if (!wrappedModels().has(model)) return;
  throw new CoreError(
    'MODEL_INVALID',
    `${adapter} was given a model that is wrapped already, so each call would be counted twice. Wrap the model itself, once.`,
  );
}

/** Remembers a wrapped model, so that `requireModel` refuses it; returns the same object. */
export function markWrapped<Model extends object>(wrapped: Model): Model {
  wrappedModels().add(wrapped);
  return wrapped;
}

/**
 * Refuses a model that does not have the declared features or outputs.
 *
 * @param problems One sentence each, with the remedy; nothing happens when there are none.
 * @throws CoreError MODEL_MISMATCH with all of them.
 */
export function requireNoMismatch(adapter: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new CoreError(
    'MODEL_MISMATCH',
    `${adapter}: the model does not fit the settings of the monitor:\n  ${problems.join('\n  ')}`,
    { problems: problems.map((message) => ({ path: adapter, message })) },
  );
}
