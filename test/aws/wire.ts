/** A server that speaks HTTP to the real SDK clients: what they send is seen as bytes, and what they get is chosen here. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { clientOptions } from "../../lib/aws/clientOptions.ts";

export interface Wire {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** `hang`: no answer until the client gives up. `drop`: the connection breaks. */
export type Reply = Answer | "hang" | "drop";

export interface Server {
  readonly endpoint: string;
  readonly seen: readonly Wire[];
  close(): Promise<void>;
}

export const serve = async (answer: (wire: Wire, index: number) => Reply | Promise<Reply>): Promise<Server> => {
  const seen: Wire[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const wire = await toWire(incoming);
    seen.push(wire);
    const reply = await answer(wire, seen.length - 1);
    if (reply === "hang") return;
    if (reply === "drop") return void incoming.socket.destroy();
    const { status, headers = {}, body = "" } = reply;
    outgoing
      .writeHead(status, {
        "x-amzn-requestid": `request-${seen.length}`,
        "x-amz-request-id": `request-${seen.length}`,
        ...headers,
      })
      .end(wire.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

/** Options of an SDK client on the server: the product's own. Patient, because a busy machine answers late: where the server hangs, give less. */
export const optionsAt = (endpoint: string, attempts = 3, answerTimeoutMs = 20_000) => ({
  ...clientOptions({ region: "eu-central-1", attempts, connectTimeoutMs: 20_000, answerTimeoutMs }),
  endpoint,
  forcePathStyle: true,
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
});

export const json = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", ...headers },
  body: JSON.stringify(value),
});

/** A refusal of a service that speaks JSON. */
export const refusal = (status: number, code: string, message = code): Answer =>
  json(status, { __type: code, message }, { "x-amzn-errortype": code });

export const xml = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});

const toWire = async (incoming: IncomingMessage): Promise<Wire> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "/", "http://local");
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  return {
    method: incoming.method ?? "",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers,
    body: unchunked(Buffer.concat(chunks), headers),
  };
};

/** S3 uploads may come in `aws-chunked` frames with a trailing checksum. */
const unchunked = (body: Buffer, headers: Readonly<Record<string, string>>): Buffer => {
  if (!(headers["content-encoding"] ?? "").includes("aws-chunked")) return body;
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.subarray(at, end).toString("latin1"), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
};
