import type { IncomingMessage } from "node:http";
import { MAXIMUM_BODY_BYTES } from "../../web/body.ts";

/** Headers that decide who is asking: a second one is an attempt to be read two ways. */
const ONCE = ["host", "origin", "cookie", "content-type", "content-length", "cordon-csrf", "sec-fetch-site"];

/** A request of `node:http` that is not taken, with the status that says why. */
export interface Unreadable {
  readonly status: 400 | 413;
  readonly why: string;
}

/** The fetch `Request` for what came over the socket. Its URL says where the request arrived, its Host header what the client claims. */
export const toRequest = async (incoming: IncomingMessage): Promise<Request | Unreadable> => {
  const { method = "GET", url = "/", socket } = incoming;
  const twice = ONCE.find((name) => (incoming.headersDistinct[name]?.length ?? 0) > 1);
  if (twice !== undefined) return { status: 400, why: `more than one ${twice} header` };
  if (!url.startsWith("/")) return { status: 400, why: "expected a path" };
  const body = await readBody(incoming);
  if (body === null) return { status: 413, why: `a body of more than ${MAXIMUM_BODY_BYTES} bytes` };
  try {
    const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
      (values ?? []).map((value): [string, string] => [name, value]),
    );
    const hasBody = method !== "GET" && method !== "HEAD" && body.length > 0;
    return new Request(`http://127.0.0.1:${socket.localPort}${url}`, { method, headers, ...(hasBody ? { body } : {}) });
  } catch (error) {
    return { status: 400, why: (error as Error).message };
  }
};

const readBody = async (incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> => {
  const chunks: Buffer[] = [];
  let length = 0;
  // Not destroyed on return: the refusal still has to be written to this connection.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAXIMUM_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
