import { afterEach, describe, expect, it } from 'vitest';
import { CliError, type CliErrorCode } from '../../src/errors.js';
import { type ImportOptions, importDashboards } from '../../src/grafana/import-dashboards.js';
import { connectGrafana } from '../../src/grafana/request.js';
import { type FakeGrafana, type FakeGrafanaOptions, startFakeGrafana } from './fake-grafana.js';

const dashboards = [
  { uid: 'modelmeter-overview', title: 'Overview', panels: [] },
  { uid: 'modelmeter-data-drift', title: 'Data drift', panels: [] },
];
let grafana: FakeGrafana;

afterEach(() => {
  expect(grafana.violations).toEqual([]);
  grafana.close();
});

interface Import {
  readonly addresses: readonly string[];
  readonly waitsMs: readonly number[];
  readonly retries: readonly string[];
}

async function importTo(
  options: FakeGrafanaOptions,
  settings: Partial<ImportOptions> & { readonly token?: string } = {},
): Promise<Import> {
  grafana = await startFakeGrafana(options);
  const { token = 'glsa_token', ...rest } = settings;
  const waitsMs: number[] = [];
  const retries: string[] = [];
  const request = connectGrafana({
    url: `${grafana.url}/`,
    token,
    onRetry: (message) => retries.push(message),
    wait: async (lengthMs) => waitsMs.push(lengthMs),
  });
  const addresses: string[] = [];
  const imported = importDashboards(request, dashboards, {
    folder: 'Modelmeter',
    namespace: 'default',
    overwrite: false,
    message: 'Modelmeter 1.0.0',
    ...rest,
  });
  for await (const { address } of imported) addresses.push(address);
  return { addresses, waitsMs, retries };
}

async function refusalOf(importing: Promise<unknown>, code: CliErrorCode): Promise<string> {
  try {
    await importing;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    expect(error.code).toBe(code);
    return error.message;
  }
  return expect.fail('the import went through');
}

const paths = () => grafana.requests.map(({ method, path }) => `${method} ${path}`);
const foldersSaved = () => [...grafana.saved].map(([uid, { folder }]) => [uid, folder]);

describe('an import over /api', () => {
  it('makes the folder and saves every dashboard in it', async () => {
    const { addresses } = await importTo({});
    expect(paths()).toEqual([
      'GET /api/folders?limit=1000&page=1',
      'POST /api/folders',
      'POST /api/dashboards/db',
      'POST /api/dashboards/db',
    ]);
    expect(foldersSaved()).toEqual([
      ['modelmeter-overview', 'made0'],
      ['modelmeter-data-drift', 'made0'],
    ]);
    expect(addresses).toEqual(['/d/modelmeter-overview/slug', '/d/modelmeter-data-drift/slug']);
    expect(grafana.requests[2]?.body).toEqual({
      dashboard: { id: null, uid: 'modelmeter-overview', title: 'Overview', panels: [] },
      folderUid: 'made0',
      message: 'Modelmeter 1.0.0',
      overwrite: false,
    });
  });

  it('takes the folder of that title that is there, whatever its uid', async () => {
    await importTo({ folders: { 'a1-b2': 'Modelmeter' } });
    expect(paths()).not.toContain('POST /api/folders');
    expect(foldersSaved()[0]).toEqual(['modelmeter-overview', 'a1-b2']);
  });

  it('finds the folder beyond the first page', async () => {
    const others = Array.from({ length: 1000 }, (_, index) => [`f${index}`, `Folder ${index}`]);
    await importTo({ folders: { ...Object.fromEntries(others), last: 'Modelmeter' } });
    expect(foldersSaved()[0]).toEqual(['modelmeter-overview', 'last']);
  });

  it.each([409, 412])('goes on when somebody else made the folder (%i)', async (status) => {
    let listed = 0;
    await importTo({
      folders: { theirs: 'Modelmeter' },
      instead({ method, path }) {
        if (method === 'GET' && ++listed === 1) return { status: 200, body: [] };
        return method === 'POST' && path === '/api/folders'
          ? { status, body: { message: 'already exists' } }
          : undefined;
      },
    });
    expect(foldersSaved()[0]).toEqual(['modelmeter-overview', 'theirs']);
  });

  it('makes no folder for an empty title', async () => {
    await importTo({}, { folder: '' });
    expect(paths()).toEqual(['POST /api/dashboards/db', 'POST /api/dashboards/db']);
    expect(foldersSaved()[0]).toEqual(['modelmeter-overview', undefined]);
  });

  it('keeps an existing dashboard, unless it may replace it', async () => {
    const there = { dashboards: ['modelmeter-overview'] };
    expect(await refusalOf(importTo(there), 'GRAFANA_REFUSED')).toBe(
      'The dashboard "Overview" exists already. Replace it with --overwrite.',
    );
    grafana.close();
    await importTo(there, { overwrite: true });
    expect(foldersSaved()[0]).toEqual(['modelmeter-overview', 'made0']);
  });

  it('says why another dashboard cannot be saved', async () => {
    const instead: FakeGrafanaOptions['instead'] = ({ path }) =>
      path === '/api/dashboards/db'
        ? { status: 412, body: { message: 'belongs to plugin X', status: 'plugin-dashboard' } }
        : undefined;
    expect(await refusalOf(importTo({ instead }), 'GRAFANA_REFUSED')).toMatch(
      /"Overview" cannot be saved: Grafana answered 412 \(belongs to plugin X\)/,
    );
  });

  it('keeps the path under which Grafana is served', async () => {
    const { addresses } = await importTo({ subPath: '/monitoring/grafana' });
    expect(addresses[0]).toBe('/monitoring/grafana/d/modelmeter-overview/slug');
  });
});

describe.each(['v1', 'v1beta1'] as const)('an import over /apis in %s', (version) => {
  const prefix = `/${version}/namespaces/default`;
  // The beginning of the SHA-256 of the title.
  const folderName = 'modelmeter-dd9b2d0d6183';

  it('makes the folder and saves every dashboard in it', async () => {
    const { addresses } = await importTo({ apis: [version] });
    expect(foldersSaved()).toEqual([
      ['modelmeter-overview', folderName],
      ['modelmeter-data-drift', folderName],
    ]);
    expect(addresses).toEqual(['d/modelmeter-overview', 'd/modelmeter-data-drift']);
    expect(grafana.requests.at(-1)).toMatchObject({
      path: `/apis/dashboard.grafana.app${prefix}/dashboards`,
      body: {
        metadata: {
          name: 'modelmeter-data-drift',
          annotations: {
            'grafana.app/folder': folderName,
            'grafana.app/message': 'Modelmeter 1.0.0',
          },
        },
        spec: { title: 'Data drift', panels: [] },
      },
    });
  });

  it('keeps an existing dashboard, unless it may replace it', async () => {
    const there = { apis: [version], dashboards: ['modelmeter-overview'] };
    expect(await refusalOf(importTo(there), 'GRAFANA_REFUSED')).toMatch(/--overwrite/);
    grafana.close();
    await importTo(there, { overwrite: true });
    expect(paths()).toContain(
      `PUT /apis/dashboard.grafana.app${prefix}/dashboards/modelmeter-overview`,
    );
    expect(foldersSaved()[0]).toEqual(['modelmeter-overview', folderName]);
  });

  it('goes on when the folder was made in between', async () => {
    let listed = 0;
    await importTo({
      apis: [version],
      folders: { [folderName]: 'Modelmeter' },
      instead: ({ method, path }) =>
        method === 'GET' && path.includes(prefix) && ++listed === 1
          ? { status: 200, body: { metadata: {}, items: [] } }
          : undefined,
    });
    expect(foldersSaved()[0]).toEqual(['modelmeter-overview', folderName]);
  });
});

describe('an interface that is gone', () => {
  it('with 410 is left for the other', async () => {
    const instead: FakeGrafanaOptions['instead'] = ({ path }) =>
      path.startsWith('/api/') ? { status: 410, body: { message: 'gone' } } : undefined;
    await importTo({ instead });
    expect(grafana.saved.size).toBe(2);
  });

  it('and the other, too, means that there is no Grafana', async () => {
    expect(await refusalOf(importTo({ apis: [] }), 'GRAFANA_UNREACHABLE')).toMatch(
      /neither \/api nor \/apis at this address.*--grafana-url/,
    );
  });
});

describe('a request', () => {
  it('is made again after failures that may pass, twice as long later each time', async () => {
    const broken = { status: 500, body: { message: 'database is locked' } };
    const first = [{ status: 503 }, 'hang up', broken, { status: 502, body: '<html>' }] as const;
    const { waitsMs, retries } = await importTo({ first });
    expect(waitsMs).toEqual([500, 1000, 2000, 4000]);
    expect(retries[0]).toMatch(/answered 503; trying again in 0\.5 s/);
    expect(retries[1]).toMatch(/cannot be reached \(.*\); trying again in 1 s/);
    expect(retries[2]).toMatch(/answered 500 \(database is locked\)/);
    expect(grafana.saved.size).toBe(2);
  });

  it('waits as long as Retry-After says, and no longer than half a minute', async () => {
    const busy = (seconds: string) => ({ status: 429, headers: { 'retry-after': seconds } });
    const { waitsMs } = await importTo({ first: [busy('7'), busy('3600')] });
    expect(waitsMs).toEqual([7000, 30_000]);
  });

  it('is given up after five attempts', async () => {
    const first = Array.from({ length: 10 }, () => ({ status: 503 }));
    expect(await refusalOf(importTo({ first }), 'GRAFANA_UNREACHABLE')).toMatch(
      /answered 503 in 5 attempts \(GET \/api\/folders/,
    );
    expect(grafana.requests).toHaveLength(5);
  });

  it('that is refused for good is made once', async () => {
    const message = await refusalOf(importTo({}, { token: 'wrong' }), 'GRAFANA_REFUSED');
    expect(message).toMatch(/answered 401 \(Invalid API key\).*--token-file or GRAFANA_TOKEN/);
    expect(message).not.toContain('wrong');
    expect(grafana.requests).toHaveLength(1);
  });

  it('asks for a role when one is lacking', async () => {
    const first = [{ status: 403, body: { message: 'Access denied' } }];
    expect(await refusalOf(importTo({ first }), 'GRAFANA_REFUSED')).toMatch(/the role Editor/);
  });

  it('does not follow Grafana elsewhere', async () => {
    const first = [{ status: 302, headers: { location: 'https://login.example.org/' } }];
    expect(await refusalOf(importTo({ first }), 'GRAFANA_UNREACHABLE')).toMatch(
      /redirects to https:\/\/login\.example\.org\/.*--grafana-url/,
    );
  });

  it('knows an answer that is not of Grafana', async () => {
    const first = [{ status: 200, body: '<html>Sign in</html>' }];
    expect(await refusalOf(importTo({ first }), 'GRAFANA_UNREACHABLE')).toMatch(/login page/);
  });

  it('signs in with a name and a password, too', async () => {
    await refusalOf(importTo({}, { token: 'admin:secret' }), 'GRAFANA_REFUSED');
    expect(grafana.requests[0]?.headers.authorization).toBe('Basic YWRtaW46c2VjcmV0');
  });
});

describe('a token', () => {
  it.each(['glsa token', 'glsa\ntoken', 'glsä', ''])(
    '%j is refused without being shown',
    (token) => {
      expect(() => connectGrafana({ url: 'http://localhost:3000', token })).toThrow(
        /^The token for Grafana has a space, a line break or another character that tokens/,
      );
    },
  );
});

describe('an address', () => {
  it.each([
    ['localhost:3000', /is not an http or https address/],
    ['grafana', /is not an http or https address/],
    ['http://admin:admin@localhost:3000', /can read a password in --grafana-url/],
  ])('%s is refused', async (url, message) => {
    expect(() => connectGrafana({ url, token: 'x' })).toThrow(message);
  });
});
