import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exporter, startExporter } from '../../src/exporter.js';
import { flightRequest, loadText, request, twoModels } from '../support.js';

const bug = new TypeError("Cannot read properties of undefined (reading 'secret')");
const lines: string[] = [];
let exporter: Exporter;

beforeAll(async () => {
  exporter = await startExporter({
    loaded: await loadText(twoModels),
    log: pino(
      { level: 'error' },
      new Writable({
        write(chunk, _encoding, done) {
          lines.push(String(chunk));
          done();
        },
      }),
    ),
  });
  const fail = (): never => {
    throw bug;
  };
  // Bugs of three routes, and of the route that runs a model.
  Object.assign(exporter.monitors[0]!, {
    recordTargets: fail,
    runDrift: fail,
    quality: fail,
    newPredictionId: fail,
  });
});

afterAll(() => exporter.close());

describe('a bug in a route', () => {
  it.each([
    ['POST', '/v1/targets', { model: 'late-flights', prediction_id: 'a', target: 1 }],
    ['POST', '/v1/models/late-flights/drift', undefined],
    ['GET', '/', undefined],
    ['POST', '/v2/models/late-flights/infer', flightRequest],
  ])('of %s %s is an internal error, and the log has its stack', async (method, path, body) => {
    lines.length = 0;
    const answer = await request(exporter.url + path, method, body);
    expect(answer.status).toBe(500);
    expect(answer.type).toContain('application/problem+json');
    const detail = `${method} ${path} failed. This is a bug in the exporter; its log has the error.`;
    expect(answer.body).toEqual({
      type: 'urn:modelmeter:problem:INTERNAL_ERROR',
      title: 'Internal error of the exporter',
      status: 500,
      code: 'INTERNAL_ERROR',
      detail,
      instance: path,
      ...(path.startsWith('/v2') ? { error: detail } : {}),
    });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      code: 'INTERNAL_ERROR',
      err: { stack: expect.stringContaining(bug.message) },
    });
  });
});
