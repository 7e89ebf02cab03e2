/** The span that was active during a call, as an exemplar names it. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
}

// Where every copy of @opentelemetry/api keeps what the application registered, and the key under
// which a context keeps its span; both are global symbols, so the package itself is not needed.
const api = Symbol.for('opentelemetry.js.api.1');
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');
const sampledFlag = 1;

interface OpenTelemetryGlobal {
  readonly context?: {
    active(): { getValue(key: symbol): unknown };
  };
}

interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

/**
 * The active OpenTelemetry span, where the application has set OpenTelemetry up and the trace is
 * recorded; undefined otherwise. A trace that is not recorded could not be opened from an exemplar.
 */
export function activeTrace(): TraceContext | undefined {
  const registered = (globalThis as { [api]?: OpenTelemetryGlobal })[api];
  if (registered?.context === undefined) return undefined;
  const span = registered.context.active().getValue(spanKey) as Span | undefined;
  const found = span?.spanContext();
  if (found === undefined || (found.traceFlags & sampledFlag) === 0) return undefined;
  return { traceId: found.traceId, spanId: found.spanId };
}
