import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { LimitsConfig } from '@modelmeter/config-file';
import type { MetricStore } from '@modelmeter/core';

/** How often slow requests are looked for, at most. */
const checkMs = 5000;

/** Options of the server that close connections whose requests do not arrive in time. */
export function connectionOptions({ requestTimeout, keepAlive }: LimitsConfig): {
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  readonly http: { readonly headersTimeout: number; readonly connectionsCheckingInterval: number };
} {
  return {
    requestTimeout,
    keepAliveTimeout: keepAlive,
    http: {
      headersTimeout: requestTimeout,
      connectionsCheckingInterval: Math.min(requestTimeout, checkMs),
    },
  };
}

/** Bounds the connections of a server, and counts those that it closes. */
export function limitConnections(server: Server, limits: LimitsConfig, store: MetricStore): void {
  const closed = (reason: 'limit' | 'timeout' | 'malformed'): void =>
    store.counter('model_monitor_closed_connections_total', { reason }).add(1);
  server.maxConnections = limits.connections;
  server.on('drop', () => closed('limit'));
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    closed(isLate ? 'timeout' : 'malformed');
    if (socket.writable) {
      const status = isLate ? '408 Request Timeout' : '400 Bad Request';
      socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    }
    socket.destroy(error);
  });
}
