/** The ids of the span that was active during a call, for an exemplar. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
}

// The global symbols under which every copy of @opentelemetry/api stores its registrations and a
// context stores its span. With them the package itself is not needed.
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
 * The active OpenTelemetry span; undefined if OpenTelemetry is not set up or the trace is not
 * recorded. A trace that is not recorded cannot be opened from an exemplar.
 */
export function activeTrace(): TraceContext | undefined {
  const registered = (globalThis as { [api]?: OpenTelemetryGlobal })[api];
  if (registered?.context === undefined) return undefined;
  const span = registered.context.active().getValue(spanKey) as Span | undefined;
  const found = span?.spanContext();
  if (found === undefined || (found.traceFlags & sampledFlag) === 0) return undefined;
  return { traceId: found.traceId, spanId: found.spanId };
}
