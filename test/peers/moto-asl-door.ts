import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** Runs the function of that name; what it throws becomes a function error, as the Node.js runtime of Lambda reports it. */
export type Invoke = (functionName: string, payload: unknown) => Promise<unknown>;

export interface Door {
  readonly port: number;
  /** Everything but Lambda's Invoke goes to the server at this port. */
  forwardTo(port: number): void;
  close(): Promise<void>;
}

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;

/** What an interpreter of others takes for AWS: Lambda is answered by `invoke`, all other services by the server behind. */
export const openDoor = async (invoke: Invoke): Promise<Door> => {
  let upstream = 0;
  const server = createServer((incoming, outgoing) => {
    const functionArn = INVOCATION.exec(incoming.url ?? "")?.[1];
    if (functionArn === undefined) forward(upstream, incoming, outgoing);
    else void answer(invoke, nameOf(functionArn), incoming, outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    forwardTo: (port) => {
      upstream = port;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** `arn:aws:lambda:<region>:<account>:function:<name>`, percent-encoded in the path. */
const nameOf = (functionArn: string): string => decodeURIComponent(functionArn).split(":")[6] ?? "";

const answer = async (
  invoke: Invoke,
  name: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  const payload = await json(incoming);
  try {
    const body = JSON.stringify((await invoke(name, payload)) ?? null);
    outgoing.writeHead(200, { "content-type": "application/json" }).end(body);
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    const headers = { "content-type": "application/json", "x-amz-function-error": "Unhandled" };
    outgoing.writeHead(200, headers).end(JSON.stringify({ errorType, errorMessage, trace: [] }));
  }
};

const forward = (port: number, incoming: IncomingMessage, outgoing: ServerResponse): void => {
  const { method, url: path, headers } = incoming;
  const passed = request({ host: "127.0.0.1", port, method, path, headers }, (answered) => {
    outgoing.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(outgoing);
  });
  passed.on("error", () => outgoing.writeHead(502).end());
  incoming.pipe(passed);
};
