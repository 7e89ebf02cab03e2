import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request, as the tests look at it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface FakeGrafanaOptions {
  /** Interfaces that are there; `v1beta1` is that of Grafana 12. */
  readonly apis?: readonly ('legacy' | 'v1' | 'v1beta1')[];
  /** Path that Grafana is served under. */
  readonly subPath?: string;
  /** Titles of folders that are there, by their uids. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Uids of dashboards that are there. */
  readonly dashboards?: readonly string[];
  /** What the first requests get instead of an answer; `hang up` ends the connection. */
  readonly first?: readonly (Answer | 'hang up')[];
  /** What a request gets instead of the usual answer, when it gives something. */
  readonly instead?: (request: SeenRequest) => Answer | undefined;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeGrafana {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Requests that Grafana's documentation does not allow, and why. */
  readonly violations: readonly string[];
  /** Folder of each dashboard, by its uid. */
  readonly saved: ReadonlyMap<
    string,
    { readonly folder: string | undefined; readonly spec: unknown }
  >;
  close(): void;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * What Grafana documents of its folders and dashboards, on loopback: "Dashboard HTTP API" and
 * "Folder HTTP API" for `/api` of Grafana 10 and 11, and for `/apis` of Grafana 12 and 13. A body
 * that is not as documented is a violation and gets 400.
 */
export async function startFakeGrafana(options: FakeGrafanaOptions = {}): Promise<FakeGrafana> {
  const { apis = ['legacy', 'v1'], subPath = '' } = options;
  const requests: SeenRequest[] = [];
  const violations: string[] = [];
  const saved = new Map<string, { folder: string | undefined; spec: unknown }>(
    (options.dashboards ?? []).map((uid) => [uid, { folder: undefined, spec: undefined }]),
  );
  const folders = new Map(Object.entries(options.folders ?? {}));

  const server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const request: SeenRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    requests.push(request);
    const scripted = options.first?.[requests.length - 1];
    if (scripted === 'hang up') {
      incoming.socket.destroy();
      return;
    }
    const { status, body, headers } = scripted ?? options.instead?.(request) ?? answer(request);
    outgoing.writeHead(status, { 'content-type': 'application/json', ...headers });
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function refuse(problem: string): Answer {
    violations.push(problem);
    return { status: 400, body: { message: problem } };
  }

  function answer(request: SeenRequest): Answer {
    const { method, headers } = request;
    if (headers.accept !== 'application/json') return refuse('accept is not JSON');
    if (method !== 'GET' && headers['content-type'] !== 'application/json') {
      return refuse('content-type is not JSON');
    }
    if (headers.authorization !== 'Bearer glsa_token') {
      return { status: 401, body: { message: 'Invalid API key' } };
    }
    const url = new URL(request.path, 'http://grafana');
    const path = url.pathname.slice(subPath.length);
    if (!url.pathname.startsWith(subPath)) return notFound;
    if (apis.includes('legacy')) {
      if (path === '/api/folders' && method === 'GET') return listFolders(url.searchParams);
      if (path === '/api/folders' && method === 'POST') return createFolder(request.body as Json);
      if (path === '/api/dashboards/db' && method === 'POST')
        return saveLegacy(request.body as Json);
    }
    const [, group, version, resource, name] =
      /^\/apis\/(folder|dashboard)\.grafana\.app\/(v1|v1beta1)\/namespaces\/default\/(\w+)(?:\/([^/]+))?$/.exec(
        path,
      ) ?? [];
    if (group === undefined || resource !== `${group}s` || !apis.some((api) => api === version)) {
      return notFound;
    }
    return resourceAnswer(group, method, name, request.body as Json);
  }

  function listFolders(query: URLSearchParams): Answer {
    const limit = Number(query.get('limit') ?? 1000);
    const from = (Number(query.get('page') ?? 1) - 1) * limit;
    const listed = [...folders].map(([uid, title], id) => ({ id, uid, title }));
    return { status: 200, body: listed.slice(from, from + limit) };
  }

  function createFolder({ uid, title, ...rest }: Json): Answer {
    if (typeof title !== 'string' || title === '') return refuse('folder without a title');
    if (uid !== undefined && typeof uid !== 'string')
      return refuse('uid of a folder is not a text');
    if (Object.keys(rest).some((key) => key !== 'parentUid')) return refuse('unknown folder field');
    if ([...folders.values()].includes(title)) {
      return {
        status: 409,
        body: { message: 'a folder with the same name already exists in the current location' },
      };
    }
    const made = uid ?? `made${folders.size}`;
    folders.set(made, title);
    return { status: 200, body: { id: folders.size, uid: made, title, version: 1 } };
  }

  function saveLegacy({ dashboard, folderUid, message, overwrite, ...rest }: Json): Answer {
    const { id, uid, title } = dashboard as Json;
    if (Object.keys(rest).length > 0) return refuse(`unknown field ${Object.keys(rest)}`);
    if (id !== null) return refuse('id of a new dashboard is not null');
    if (typeof uid !== 'string' || uid.length > 40) return refuse('uid longer than 40');
    if (typeof title !== 'string' || title === '') return refuse('dashboard without a title');
    if (typeof message !== 'string') return refuse('message is not a text');
    if (typeof overwrite !== 'boolean') return refuse('overwrite is not a boolean');
    if (folderUid !== undefined && !folders.has(String(folderUid))) {
      return { status: 400, body: { message: 'folder not found' } };
    }
    if (saved.has(uid) && !overwrite) {
      return {
        status: 412,
        body: {
          message: 'A dashboard with the same uid already exists',
          status: 'name-exists',
        },
      };
    }
    saved.set(uid, { folder: folderUid as string | undefined, spec: dashboard });
    return {
      status: 200,
      body: { id: 1, uid, url: `${subPath}/d/${uid}/slug`, status: 'success', version: 1 },
    };
  }

  function resourceAnswer(group: string, method: string, name: string | undefined, body: Json) {
    if (group === 'folder' && method === 'GET') {
      const items = [...folders].map(([uid, title]) => ({
        metadata: { name: uid },
        spec: { title },
      }));
      return { status: 200, body: { kind: 'FolderList', metadata: {}, items } };
    }
    const { metadata, spec } = body as { readonly metadata: Json; readonly spec: Json };
    if (group === 'folder') {
      if (method !== 'POST') return refuse(`${method} of a folder`);
      if (typeof spec.title !== 'string') return refuse('folder without a title');
      if (typeof metadata.name !== 'string') return refuse('folder without name');
      const made = metadata.name;
      if (folders.has(made)) {
        return { status: 409, body: { kind: 'Status', message: 'already exists', code: 409 } };
      }
      folders.set(made, spec.title);
      return { status: 201, body: { kind: 'Folder', metadata: { name: made }, spec } };
    }
    const uid = metadata.name as string;
    if (typeof uid !== 'string' || uid.length > 40) return refuse('name of a dashboard');
    if ('uid' in spec || 'id' in spec) return refuse('uid or id in addition to metadata.name');
    if (typeof spec.title !== 'string') return refuse('dashboard without a title');
    if (method === 'POST' && saved.has(uid)) {
      return { status: 409, body: { kind: 'Status', message: 'already exists', code: 409 } };
    }
    if (method === 'PUT' && (name !== uid || !saved.has(uid))) return refuse('PUT of another');
    const annotations = (metadata.annotations ?? {}) as Json;
    const folder = annotations['grafana.app/folder'] as string | undefined;
    if (folder !== undefined && !folders.has(folder)) {
      return { status: 400, body: { message: 'folder not found' } };
    }
    saved.set(uid, { folder, spec });
    return {
      status: method === 'POST' ? 201 : 200,
      body: { kind: 'Dashboard', metadata: { name: uid, resourceVersion: '1' }, spec },
    };
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${subPath}`,
    requests,
    violations,
    saved,
    close: () => void server.close(),
  };
}

const notFound: Answer = { status: 404, body: { message: 'Not found' } };
