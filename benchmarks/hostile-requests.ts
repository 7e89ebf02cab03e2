import { createRandom } from '@modelmeter/kernel';

/** Random draws that a seed repeats. */
interface Draws {
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
}

export function seededDraws(seed: number): Draws {
  const random = createRandom(seed);
  return {
    below: (limit) => random.integer(limit),
    chance: (probability) => random.next() < probability,
    pick: (values) => values[random.integer(values.length)]!,
  };
}

/** A request of the fuzzer. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const names = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '',
  '\u0000',
  '😀',
];
const models = ['late-flights', 'external', 'nobody', ...names];
const inputs = ['hour', 'weekday', 'distance', 'origin', 'destination', 'origin_delay'];
const methods = [
  'POST',
  'POST',
  'POST',
  'POST',
  'GET',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'QUERY',
];
const types = [
  'application/json',
  'application/json',
  'application/x-ndjson',
  'text/plain',
  'a',
  '',
];
const paths = [
  ...['/metrics', '/', '/livez', '/readyz', '/openapi.json', '/v2', '/v1/alerts'],
  ...[
    '/v1/predictions',
    '/v1/targets',
    '/v1/payloads',
    '/runbooks/data_drift.md',
    '/runbooks/%2e%2e',
  ],
  ...['/%', '/v3', '//', '/v2/models//infer'],
];

/** Draws one request: mostly well-formed ones in which one thing or another is wrong. */
export function drawRequest(random: Draws): HostileRequest {
  const model = encodeURIComponent(random.pick(models));
  const path = random.pick([
    ...paths,
    `/v2/models/${model}`,
    `/v2/models/${model}/infer`,
    `/v2/models/late-flights/infer`,
    `/v2/models/${model}/versions/${encodeURIComponent(random.pick(names))}/infer`,
    `/v1/models/${model}/drift`,
    `/v1/models/${model}/reference`,
  ]);
  const method = random.pick(methods);
  const headers: Record<string, string> = {};
  const type = random.pick(types);
  if (type !== '') headers['content-type'] = type;
  if (random.chance(0.05)) headers['content-encoding'] = random.pick(['gzip', 'br', 'deflate']);
  if (random.chance(0.05)) headers['inference-header-content-length'] = random.pick(['3', 'x', '']);
  if (random.chance(0.05))
    headers.accept = random.pick(['*/*', 'application/openmetrics-text', ';q']);
  if (method === 'GET' || random.chance(0.03)) return { method, path, headers };
  const text = random.chance(0.85) ? JSON.stringify(bodyOf(path, random)) : brokenText(random);
  return { method, path, headers, body: text };
}

function brokenText(random: Draws): string {
  const depth = random.below(20_000);
  return random.pick([
    '',
    '{',
    '[1,',
    '"',
    '\\u',
    'null',
    '9'.repeat(400),
    '['.repeat(depth),
    `${'['.repeat(depth)}${']'.repeat(depth)}`,
    '{"a":'.repeat(depth),
    '[] []',
    '\ufeff{}',
  ]);
}

function bodyOf(path: string, random: Draws): unknown {
  if (random.chance(0.1)) return anything(random, 3);
  if (path.includes('/infer')) return inference(random);
  if (path.includes('predictions')) return rows(random, () => prediction(random));
  if (path.includes('targets')) return rows(random, () => target(random));
  if (path.includes('alerts')) {
    return { alerts: rows(random, () => ({ status: 'firing', labels: anything(random, 1) })) };
  }
  return anything(random, 4);
}

function rows(random: Draws, row: () => unknown): unknown {
  return random.chance(0.5) ? row() : Array.from({ length: random.below(20) }, row);
}

function prediction(random: Draws): object {
  return {
    model: random.pick(models.slice(0, 3)),
    ...(random.chance(0.5) ? { id: random.pick(['a', 'b', ...names]) } : {}),
    features: random.chance(0.7)
      ? { x: random.below(9), [random.pick(['y', ...names])]: anything(random, 1) }
      : anything(random, 2),
    outputs: random.chance(0.8) ? { y: random.below(9) } : anything(random, 2),
    duration_seconds: random.chance(0.9) ? 0.1 : anything(random, 1),
    ...(random.chance(0.1) ? { timestamp: anything(random, 1) } : {}),
  };
}

function target(random: Draws): object {
  return {
    model: random.pick(models.slice(0, 3)),
    prediction_id: random.pick(['a', 'b', ...names]),
    target: anything(random, 1),
  };
}

function inference(random: Draws): object {
  return {
    ...(random.chance(0.3) ? { id: anything(random, 1) } : {}),
    inputs: [...inputs, 'destination_delay'].map((name) => {
      const isText = name === 'origin' || name === 'destination';
      const shape = random.chance(0.9)
        ? [1, 1]
        : random.pick([
            [],
            [20_000_000, 0],
            [1],
            [1, 1, 1],
            [2 ** 40, 2 ** 40],
            [-1, -1],
            'a',
            null,
          ]);
      return {
        name: random.chance(0.97) ? name : random.pick(names),
        shape,
        datatype: random.chance(0.95)
          ? isText
            ? 'BYTES'
            : 'FP32'
          : random.pick(['INT64', 'FP16', 'BOOL', ...names]),
        data: random.chance(0.9) ? [isText ? 'ORD' : random.below(99)] : anything(random, 3),
      };
    }),
    ...(random.chance(0.1) ? { outputs: anything(random, 2) } : {}),
    ...(random.chance(0.1) ? { parameters: anything(random, 2) } : {}),
  };
}

/** Any value of JSON, nested at most `depth` deep. */
function anything(random: Draws, depth: number): unknown {
  const kinds = depth === 0 ? 7 : 9;
  switch (random.below(kinds)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return random.pick([0, -1, 1.5, 2 ** 53, 1e308, -1e-320, 2 ** 31]);
    case 3:
      return random.pick(names);
    case 4:
      return 'x'.repeat(random.below(2000));
    case 5:
      return random.below(100);
    case 6:
      return '<script>alert(1)</script>';
    case 7:
      return Array.from({ length: random.below(5) }, () => anything(random, depth - 1));
    default:
      return JSON.parse(
        `{${Array.from({ length: random.below(5) }, () => `${JSON.stringify(random.pick(names))}:${JSON.stringify(anything(random, depth - 1))}`).join(',')}}`,
      );
  }
}
