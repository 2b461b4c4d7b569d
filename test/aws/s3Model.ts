/** The part of S3 that the adapters rest on: conditional writes, listings in pages, versions. Written from the S3 API reference. */
import { createHash } from "node:crypto";
import { type Reply, type Wire, xml } from "./wire.ts";

export interface S3Model {
  answer(wire: Wire): Reply;
  /** Key → bytes, of every bucket. */
  readonly objects: Map<string, Buffer>;
  /** Headers of the newest write of a key. */
  readonly written: Map<string, Readonly<Record<string, string>>>;
}

export const createS3Model = (pageSize = 1000): S3Model => {
  const objects = new Map<string, Buffer>();
  const written = new Map<string, Readonly<Record<string, string>>>();
  const model = { objects, written };
  return {
    ...model,
    answer: (wire) => {
      const [, bucket, ...rest] = wire.path.split("/");
      const key = rest.join("/");
      if (wire.query.get("list-type") === "2") return list(objects, bucket!, wire.query, pageSize);
      if (wire.method === "PUT") return put(model, `${bucket}/${key}`, wire);
      return get(objects, `${bucket}/${key}`);
    },
  };
};

const etagOf = (bytes: Buffer): string => `"${createHash("md5").update(bytes).digest("hex")}"`;

const put = (
  { objects, written }: Pick<S3Model, "objects" | "written">,
  place: string,
  { headers, body }: Wire,
): Reply => {
  const found = objects.get(place);
  if (headers["if-none-match"] === "*" && found !== undefined) return refused(412, "PreconditionFailed");
  if (headers["if-match"] !== undefined) {
    if (found === undefined) return refused(404, "NoSuchKey");
    if (headers["if-match"] !== etagOf(found)) return refused(412, "PreconditionFailed");
  }
  const claimed = headers["x-amz-checksum-sha256"];
  if (claimed !== undefined && claimed !== createHash("sha256").update(body).digest("base64"))
    return refused(400, "BadDigest");
  objects.set(place, body);
  written.set(place, headers);
  return { status: 200, headers: { etag: etagOf(body), "x-amz-version-id": "v1" } };
};

const get = (objects: S3Model["objects"], place: string): Reply => {
  const found = objects.get(place);
  if (found === undefined) return refused(404, "NoSuchKey");
  return {
    status: 200,
    headers: { etag: etagOf(found), "content-length": String(found.length), "x-amz-version-id": "v1" },
    body: found,
  };
};

export const refused = (status: number, code: string): Reply =>
  xml(status, `<Error><Code>${code}</Code><Message>${code}</Message><RequestId>r</RequestId></Error>`);

/** Keys and common prefixes count alike against the page (ListObjectsV2). */
const list = (objects: S3Model["objects"], bucket: string, query: URLSearchParams, pageSize: number): Reply => {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter");
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const size = Math.min(pageSize, Number(query.get("max-keys") ?? 1000));
  const keys = [...objects.keys()]
    .filter((place) => place.startsWith(`${bucket}/${prefix}`))
    .map((place) => place.slice(bucket.length + 1));
  const names = keys.map((key) => {
    const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    return end === -1 ? key : key.slice(0, end + 1);
  });
  const rest = [...new Set(names)].sort().filter((name) => name > after);
  const page = rest.slice(0, size);
  const more = rest.length > size ? `<NextContinuationToken>${escaped(page.at(-1)!)}</NextContinuationToken>` : "";
  const entries = page.map((name) =>
    delimiter !== null && name.endsWith(delimiter)
      ? `<CommonPrefixes><Prefix>${escaped(name)}</Prefix></CommonPrefixes>`
      : `<Contents><Key>${escaped(name)}</Key><Size>${objects.get(`${bucket}/${name}`)!.length}</Size></Contents>`,
  );
  return xml(
    200,
    `<ListBucketResult><IsTruncated>${rest.length > size}</IsTruncated>${more}${entries.join("")}</ListBucketResult>`,
  );
};

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
