import {
  type CallMonitor,
  markWrapped,
  replaceMembers,
  requireModel,
} from '@modelmeter/core/adapter';
import { type FunctionOptions, monitorFunction } from './monitor-function.js';

/** An object or an instance of a class that predicts by its method `predict`. */
export interface Predictor {
  // Any parameters: the type of the predictor itself says which.
  predict(...args: never[]): unknown;
}

/**
 * A predictor of the same type whose `predict` is metered as by `monitorFunction`. Every other
 * member is the predictor's own, private fields and what `predict` itself calls included.
 *
 * @example
 * const model = monitorPredictor(new LateFlightRules(), monitor);
 * model.predict({ distance: 800, delay: 12 });
 */
export function monitorPredictor<Model extends Predictor>(
  model: Model,
  monitor: CallMonitor,
  options: FunctionOptions<
    Parameters<Model['predict']>,
    Awaited<ReturnType<Model['predict']>>
  > = {},
): Model {
  requireModel(model, 'monitorPredictor');
  const predict = monitorFunction<Parameters<Model['predict']>, ReturnType<Model['predict']>>(
    model.predict.bind(model) as never,
    monitor,
    options,
  );
  return markWrapped(replaceMembers(model, { predict } as Partial<Model>));
}
