import { context, type Span, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
} from '@opentelemetry/sdk-trace-base';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createCallMeter } from '../../src/call/call-meter.js';
import { activeTrace } from '../../src/call/trace-context.js';
import { createMonitor } from '../../src/monitor.js';

function registerOpenTelemetry(sampler = new AlwaysOnSampler()) {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const provider = new BasicTracerProvider({ sampler });
  trace.setGlobalTracerProvider(provider);
  return trace.getTracer('test');
}

afterEach(() => {
  context.disable();
  trace.disable();
});

describe('the active trace', () => {
  it('is undefined without OpenTelemetry and without an active span', () => {
    expect(activeTrace()).toBeUndefined();
    registerOpenTelemetry();
    expect(activeTrace()).toBeUndefined();
  });

  it('is that of the active span, even after an await', async () => {
    const tracer = registerOpenTelemetry();
    await tracer.startActiveSpan('request', async (span: Span) => {
      const { traceId, spanId } = span.spanContext();
      expect(activeTrace()).toEqual({ traceId, spanId });
      await Promise.resolve();
      expect(activeTrace()).toEqual({ traceId, spanId });
    });
    expect(activeTrace()).toBeUndefined();
  });

  it('is undefined when the trace is not recorded', () => {
    const tracer = registerOpenTelemetry(new AlwaysOffSampler() as never);
    tracer.startActiveSpan('request', () => expect(activeTrace()).toBeUndefined());
  });
});

it('an OpenMetrics scrape contains the trace of each of two overlapping calls', async () => {
  const tracer = registerOpenTelemetry();
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const predict = (name: string, model: Promise<number>): Promise<string> => {
    const monitor = createMonitor({
      model: { name },
      features: [{ name: 'x', type: 'numeric' }],
      outputs: { task: 'regression', value: 'y' },
      registry,
    });
    const meter = createCallMeter<void, number>(monitor, {
      rows: () => 1,
      features: () => [],
      outputs: () => [],
    });
    return tracer.startActiveSpan('request', async (span) => {
      await meter(undefined, () => model);
      return span.spanContext().traceId;
    });
  };
  let finishFirst!: (value: number) => void;
  const first = predict('first', new Promise((resolve) => (finishFirst = resolve)));
  const second = predict('second', Promise.resolve(1));
  const secondTrace = await second;
  finishFirst(1);
  const firstTrace = await first;
  const lines = (await registry.metrics()).split('\n');
  const traceOf = (name: string): string | undefined => {
    const bucket = lines.find(
      (line) =>
        line.startsWith(`model_prediction_seconds_bucket{`) &&
        line.includes(`model_name="${name}"`) &&
        line.includes(' # '),
    );
    return /trace_id="(\w+)"/.exec(bucket ?? '')?.[1];
  };
  expect(firstTrace).not.toBe(secondTrace);
  expect(traceOf('first')).toBe(firstTrace);
  expect(traceOf('second')).toBe(secondTrace);
});
