import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { App } from "../web/app.ts";
import { toRequest } from "./server/request.ts";

/** Never another address: whoever wants the page from elsewhere deploys it behind TLS and a login. */
const ADDRESS = "127.0.0.1";
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
};
const MAXIMUM_CONNECTIONS = 64;

export interface RunningServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the page to this machine only. Port 0 lets the system choose one. */
export const startServer = async ({
  app,
  port,
}: {
  readonly app: App;
  readonly port: number;
}): Promise<RunningServer> => {
  const server = createServer(LIMITS, (incoming, outgoing) => void serve(app, incoming, outgoing));
  server.maxConnections = MAXIMUM_CONNECTIONS;
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  return { url: `http://${ADDRESS}:${bound}`, port: bound, close: () => close(server) };
};

/** The address to open, with a one-time token where neither a server log nor a Referer sees it: in the fragment. */
export const signInUrl = (url: string, path: string, token: string): string => `${url}${path}#token=${token}`;

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, ADDRESS, () => {
      server.off("error", failed);
      done();
    });
  });

const close = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

const serve = async (app: App, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  try {
    const request = await toRequest(incoming);
    if (request instanceof Request) return await send(await app(request), outgoing);
    outgoing
      .writeHead(request.status, { connection: "close", "content-type": "text/plain; charset=utf-8" })
      .end(`${request.why}\n`);
  } catch {
    // The client went away, or the app itself failed after reporting it: there is nobody left to tell.
    outgoing.destroy();
  }
};

const send = async (response: Response, outgoing: ServerResponse): Promise<void> => {
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, [...response.headers].flat()).end(body);
};
