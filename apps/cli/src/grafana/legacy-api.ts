import { alreadyThere, isAbsent, recordOf, refusal, textOf, unexpected } from './answers.js';
import { ApiAbsent, type GrafanaApi } from './api.js';
import type { GrafanaRequest } from './request.js';

const foldersPerPage = 1000;
const pages = 20;

/** `/api/folders` and `/api/dashboards/db`, in every version of Grafana so far. */
export function createLegacyApi(request: GrafanaRequest): GrafanaApi {
  async function findFolder(title: string): Promise<string | undefined> {
    for (let page = 1; page <= pages; page += 1) {
      const answer = await request('GET', `/api/folders?limit=${foldersPerPage}&page=${page}`);
      if (isAbsent(answer)) throw new ApiAbsent();
      if (answer.status !== 200) throw refusal('The folders cannot be listed', answer);
      if (!Array.isArray(answer.body)) throw unexpected('The folders cannot be listed');
      const found = answer.body.find((folder) => textOf(folder, 'title') === title);
      if (found !== undefined) return textOf(found, 'uid');
      if (answer.body.length < foldersPerPage) return undefined;
    }
    return undefined;
  }

  return {
    async folderOf(title) {
      const what = `The folder "${title}" cannot be created`;
      const existing = await findFolder(title);
      if (existing !== undefined) return existing;
      const answer = await request('POST', '/api/folders', { title });
      if (isAbsent(answer)) throw new ApiAbsent();
      if (answer.status === 200) {
        const uid = textOf(answer.body, 'uid');
        if (uid === undefined) throw unexpected(what);
        return uid;
      }
      // Another client created it in between, or the answer to an earlier attempt was lost.
      const made =
        answer.status === 409 || answer.status === 412 ? await findFolder(title) : undefined;
      if (made === undefined) throw refusal(what, answer);
      return made;
    },

    async save(dashboard, { folderUid, overwrite, message }) {
      const what = `The dashboard "${dashboard.title}" cannot be saved`;
      const answer = await request('POST', '/api/dashboards/db', {
        dashboard: { ...dashboard, id: null },
        ...(folderUid === undefined ? {} : { folderUid }),
        message,
        overwrite,
      });
      if (isAbsent(answer)) throw new ApiAbsent();
      const status = textOf(answer.body, 'status');
      if (answer.status === 412 && /^(?:name-exists|version-mismatch)$/.test(status ?? '')) {
        throw alreadyThere(dashboard.title);
      }
      if (answer.status !== 200) throw refusal(what, answer);
      if (recordOf(answer.body) === undefined) throw unexpected(what);
      return textOf(answer.body, 'url') ?? `d/${dashboard.uid}`;
    },
  };
}
