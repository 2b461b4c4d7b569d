import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as WebStream } from "node:stream/web";
import { CordonError } from "../base/errors.ts";
import type { App } from "../web/app.ts";
import { answerProbe, type Probe } from "./server/probes.ts";
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

export interface ServerOptions {
  readonly app: App;
  readonly port: number;
  /** Answers `/healthz` and `/metrics`; absent: they are paths like others. */
  readonly probe?: Probe;
}

/** Serves the page to this machine only. Port 0 lets the system choose one. */
export const startServer = async ({ app, port, probe }: ServerOptions): Promise<RunningServer> => {
  const places = createPlaces(MAXIMUM_CONNECTIONS);
  const answer = async (request: Request): Promise<Response> =>
    (probe === undefined ? null : answerProbe(request, probe)) ?? app(request);
  const server = createServer(LIMITS, (incoming, outgoing) => void serve(answer, places, incoming, outgoing));
  server.on("connection", places.admit);
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  return { url: `http://${ADDRESS}:${bound}`, port: bound, close: () => close(server) };
};

/** The address to open, with a one-time token where neither a server log nor a Referer sees it: in the fragment. */
export const signInUrl = (url: string, path: string, token: string): string => `${url}${path}#token=${token}`;

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((done, failed) => {
    const refuse = (error: Error): void => failed(portFault(error, port));
    server.once("error", refuse);
    server.listen(port, ADDRESS, () => {
      server.off("error", refuse);
      done();
    });
  });

/** A port that another program has, or that this user may not have, is a sentence. */
const portFault = (error: NodeJS.ErrnoException, port: number): Error => {
  const why = { EADDRINUSE: "another program listens there", EACCES: "this user may not listen there" }[
    error.code ?? ""
  ];
  if (why === undefined) return error;
  return new CordonError("USAGE", `port ${port} of ${ADDRESS}: ${why}; --port names another, 0 takes any free one`, {
    cause: error,
  });
};

const close = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

/**
 * Connections that may be open at once. When there are more, one that has asked for nothing whole goes, the one that has
 * been so longest: whoever only holds connections keeps nobody else out.
 */
interface Places {
  readonly admit: (socket: Socket) => void;
  /** From a whole request to its answer a connection is not taken away. */
  answering<T>(socket: Socket, work: () => Promise<T>): Promise<T>;
}

const createPlaces = (most: number): Places => {
  const idle = new Set<Socket>();
  const busy = new Set<Socket>();
  return {
    admit: (socket) => {
      idle.add(socket);
      socket.once("close", () => {
        idle.delete(socket);
        busy.delete(socket);
      });
      const [longest] = idle;
      if (idle.size + busy.size > most && longest !== undefined) longest.destroy();
    },
    answering: async (socket, work) => {
      idle.delete(socket);
      busy.add(socket);
      try {
        return await work();
      } finally {
        busy.delete(socket);
        if (!socket.destroyed) idle.add(socket);
      }
    },
  };
};

const serve = async (
  answer: App,
  places: Places,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  try {
    const request = await toRequest(incoming);
    if (request instanceof Request)
      return await places.answering(incoming.socket, async () => send(await answer(request), outgoing));
    outgoing
      .writeHead(request.status, { connection: "close", "content-type": "text/plain; charset=utf-8" })
      .end(`${request.why}\n`);
  } catch {
    // The client went away, or the app itself failed after reporting it: there is nobody left to tell.
    outgoing.destroy();
  }
};

const send = async (response: Response, outgoing: ServerResponse): Promise<void> => {
  outgoing.writeHead(response.status, [...response.headers].flat());
  // Piece by piece: a bundle may be too large to hold.
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as WebStream), outgoing);
};
