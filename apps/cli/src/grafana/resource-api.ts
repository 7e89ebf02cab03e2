import { createHash } from 'node:crypto';
import {
  alreadyThere,
  type GrafanaAnswer,
  isAbsent,
  recordOf,
  refusal,
  textOf,
  unexpected,
} from './answers.js';
import { ApiAbsent, type GrafanaApi } from './api.js';
import type { GrafanaRequest } from './request.js';

const versions = ['v1', 'v1beta1'];
const foldersPerPage = 1000;
const pages = 20;

/** `/apis/folder.grafana.app` and `/apis/dashboard.grafana.app`, in Grafana from 12 on. */
export function createResourceApi(request: GrafanaRequest, namespace: string): GrafanaApi {
  /** Uses the newest version that exists. */
  async function ask(
    method: 'GET' | 'POST' | 'PUT',
    group: string,
    resource: string,
    body?: unknown,
  ): Promise<GrafanaAnswer> {
    for (const version of versions) {
      const answer = await request(
        method,
        `/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace)}/${resource}`,
        body,
      );
      if (!isAbsent(answer)) return answer;
    }
    throw new ApiAbsent();
  }

  async function findFolder(title: string): Promise<string | undefined> {
    let next = '';
    for (let page = 1; page <= pages; page += 1) {
      const answer = await ask(
        'GET',
        'folder.grafana.app',
        `folders?limit=${foldersPerPage}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`,
      );
      if (answer.status !== 200) throw refusal('The folders cannot be listed', answer);
      const list = recordOf(answer.body);
      if (!Array.isArray(list?.items)) throw unexpected('The folders cannot be listed');
      const found = list.items.find((folder) => textOf(recordOf(folder)?.spec, 'title') === title);
      if (found !== undefined) return textOf(recordOf(found)?.metadata, 'name');
      next = textOf(list.metadata, 'continue') ?? '';
      if (next === '') return undefined;
    }
    return undefined;
  }

  return {
    async folderOf(title) {
      const what = `The folder "${title}" cannot be created`;
      const existing = await findFolder(title);
      if (existing !== undefined) return existing;
      const name = folderName(title);
      const answer = await ask('POST', 'folder.grafana.app', 'folders', {
        metadata: { name },
        spec: { title },
      });
      // 409: the answer to an earlier attempt was lost, or another import created it.
      if (![200, 201, 409].includes(answer.status)) throw refusal(what, answer);
      if (recordOf(answer.body) === undefined) throw unexpected(what);
      return name;
    },

    async save({ uid, ...spec }, { folderUid, overwrite, message }) {
      const what = `The dashboard "${spec.title}" cannot be saved`;
      const body = {
        metadata: {
          name: uid,
          annotations: {
            ...(folderUid === undefined ? {} : { 'grafana.app/folder': folderUid }),
            'grafana.app/message': message,
          },
        },
        spec,
      };
      let answer = await ask('POST', 'dashboard.grafana.app', 'dashboards', body);
      if (answer.status === 409) {
        if (!overwrite) throw alreadyThere(spec.title);
        answer = await ask('PUT', 'dashboard.grafana.app', `dashboards/${uid}`, body);
      }
      if (answer.status !== 200 && answer.status !== 201) throw refusal(what, answer);
      if (recordOf(answer.body) === undefined) throw unexpected(what);
      return `d/${uid}`;
    },
  };
}

/** The same for every attempt, so that one title never becomes two folders. */
function folderName(title: string): string {
  return `modelmeter-${createHash('sha256').update(title).digest('hex').slice(0, 12)}`;
}
