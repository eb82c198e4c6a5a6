import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** git's own HTTP server on loopback, behind the check of an Authorization header. */
export class GitHttpServer {
  readonly #server: Server;
  readonly #root: string;
  /** The Authorization headers that came, in order; several in one request are joined as they came. */
  readonly authorizations: (string | undefined)[] = [];
  /** The only header that is let in; undefined lets everybody in. */
  expected: string | undefined;
  /** Answers that the next requests get instead of git's. */
  readonly failures: number[] = [];

  private constructor(root: string) {
    this.#root = root;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** @param root folder that holds the bare repositories */
  static async start(root: string): Promise<GitHttpServer> {
    const made = new GitHttpServer(root);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const all = request.rawHeaders.flatMap((value, index, raw) =>
      index % 2 === 1 && raw[index - 1]?.toLowerCase() === 'authorization' ? [value] : [],
    );
    this.authorizations.push(all.length === 0 ? undefined : all.join(' + '));
    const failure = this.failures.shift();
    if (failure !== undefined) {
      response.writeHead(failure).end();
    } else if (this.expected !== undefined && all.join(' + ') !== this.expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end('Repository not found.');
    } else {
      this.#runGit(request, response);
    }
  }

  #runGit(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: this.#root,
        GIT_HTTP_EXPORT_ALL: '1',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    request.pipe(backend.stdin);
    const chunks: Buffer[] = [];
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    backend.on('close', () => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf('\r\n\r\n');
      const headers = output.subarray(0, end).toString('latin1').split('\r\n');
      const status = headers.find((line) => line.startsWith('Status: '))?.slice(8, 11) ?? '200';
      for (const line of headers.filter((header) => !header.startsWith('Status: '))) {
        response.appendHeader(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2));
      }
      response.writeHead(Number(status)).end(output.subarray(end + 4));
    });
  }
}
