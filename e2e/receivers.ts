import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';

/** A received request. */
export interface ReceivedRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A receiver of notifications on loopback. */
export interface Receiver<Item> {
  readonly address: string;
  /** Received items, in order. */
  readonly received: readonly Item[];
  close(): void;
}

/** Accepts every request with status 200, as Slack, PagerDuty and webhooks do. */
export async function startHttpReceiver(): Promise<Receiver<ReceivedRequest>> {
  const received: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { authorization } = request.headers;
    received.push({ path: request.url ?? '', authorization, body });
    response.end('ok');
  });
  return { address: await listen(server), received, close: () => void server.close() };
}

export interface ReceivedMail {
  readonly user: string;
  readonly password: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and parts, decoded. */
  readonly text: string;
}

/** A mail server that accepts mail with any credentials (RFC 5321, AUTH PLAIN of RFC 4616). */
export async function startMailServer(): Promise<Receiver<ReceivedMail>> {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, received);
  });
  return {
    address: await listen(server),
    received,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function converse(socket: Socket, received: ReceivedMail[]): void {
  const reply = (line: string) => socket.write(`${line}\r\n`);
  let mail = { user: '', password: '', from: '', to: [] as string[] };
  let data: string | undefined;
  let buffer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    buffer += chunk;
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      if (data === undefined) command(line);
      else if (line === '.') finish(data);
      else data += `${line}\r\n`;
    }
  });
  reply('220 loopback');

  function command(line: string): void {
    const [, plain] = /^AUTH PLAIN (\S+)$/.exec(line) ?? [];
    const [, from] = /^MAIL FROM:<(.*?)>/.exec(line) ?? [];
    const [, to] = /^RCPT TO:<(.*?)>/.exec(line) ?? [];
    if (line.startsWith('EHLO')) socket.write('250-loopback\r\n250 AUTH PLAIN\r\n');
    else if (plain !== undefined) {
      const [, user = '', password = ''] = Buffer.from(plain, 'base64').toString().split('\0');
      mail = { ...mail, user, password };
      reply('235 signed in');
    } else if (from !== undefined) {
      mail = { ...mail, from };
      reply('250 ok');
    } else if (to !== undefined) {
      mail.to.push(to);
      reply('250 ok');
    } else if (line === 'DATA') {
      data = '';
      reply('354 go on');
    } else if (line === 'QUIT') {
      reply('221 bye');
      socket.end();
    } else reply('502 not known here');
  }

  function finish(text: string): void {
    received.push({ ...mail, text: decodeQuotedPrintable(text) });
    data = undefined;
    reply('250 taken');
  }
}

function decodeQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString();
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
