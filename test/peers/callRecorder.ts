/** Between the functions and the emulator: passes every request on, and writes down which function called what. */
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface CallRecorder {
  /** Variables for every function; each must also carry its own name as AWS_SDK_UA_APP_ID. */
  readonly variables: Readonly<Record<string, string>>;
  /** Function → IAM actions of its calls with its own role's credentials. */
  readonly own: ReadonlyMap<string, ReadonlySet<string>>;
  /** Function → IAM actions of its calls with a role assumed in an account. */
  readonly assumed: ReadonlyMap<string, ReadonlySet<string>>;
  close(): Promise<void>;
}

/** Services as the SDK names their endpoint variables. */
const SERVICES = [
  "S3",
  "KMS",
  "DYNAMODB",
  "SNS",
  "SFN",
  "STS",
  "IAM",
  "CLOUDTRAIL",
  "GUARDDUTY",
  "MACIE2",
  "LAMBDA",
  "EC2",
  "ECS",
];
/** Names under which services sign, where IAM calls them otherwise. */
const PREFIXES: Readonly<Record<string, string>> = { "states-sync": "states" };
/** Operations that IAM has another action for (Service Authorization Reference). */
const ACTIONS: Readonly<Record<string, string>> = {
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:HeadBucket": "s3:ListBucket",
  "s3:GET?policy": "s3:GetBucketPolicy",
  "s3:PUT?policy": "s3:PutBucketPolicy",
  "s3:DELETE?policy": "s3:DeleteBucketPolicy",
  "s3:GET?policyStatus": "s3:GetBucketPolicyStatus",
  "s3:GET?publicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:GET?acl": "s3:GetBucketAcl",
  "s3:GET?logging": "s3:GetBucketLogging",
  "s3:GET?versioning": "s3:GetBucketVersioning",
  "s3:GET?lifecycle": "s3:GetLifecycleConfiguration",
  "s3:GET?replication": "s3:GetReplicationConfiguration",
  "s3:GET?tagging": "s3:GetBucketTagging",
  "s3:GETObject?tagging": "s3:GetObjectTagging",
  "s3:GET?location": "s3:GetBucketLocation",
  "s3:GET?encryption": "s3:GetEncryptionConfiguration",
  "macie2:POST /datasources/s3": "macie2:DescribeBuckets",
};

export const startCallRecorder = async (target: string): Promise<CallRecorder> => {
  const [own, assumed] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      note(incoming.headers, incoming.method!, incoming.url!, body, own, assumed);
      const { hostname, port } = new URL(target);
      const options = {
        hostname,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: `${hostname}:${port}` },
      };
      request(options, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      })
        .on("error", () => outgoing.destroy())
        .end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    variables: Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
    ...{ own, assumed },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};

const note = (
  headers: IncomingHttpHeaders,
  method: string,
  url: string,
  body: Buffer,
  own: Map<string, Set<string>>,
  assumed: Map<string, Set<string>>,
): void => {
  const [, key, , , service] = /Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const name = /\bapp\/([\w.-]+)/.exec(headers["user-agent"] ?? "")?.[1] ?? "unknown";
  const operation = operationOf(headers, method, service, new URL(url, "http://local"), body);
  const called = `${PREFIXES[service!] ?? service}:${operation}`;
  // The emulator gives every function the same keys; those of an assumed role it makes up, and they begin as temporary ones do.
  const calls = /^ASIA/.test(key ?? "") ? assumed : own;
  calls.set(name, (calls.get(name) ?? new Set()).add(ACTIONS[called] ?? called));
};

/** JSON services say it in a header, query services in the body, S3 by method and sub-resource. */
const operationOf = (
  headers: IncomingHttpHeaders,
  method: string,
  service: string | undefined,
  url: URL,
  body: Buffer,
): string => {
  const target = headers["x-amz-target"];
  if (target !== undefined) return String(target).split(".").at(-1)!;
  const action = new URLSearchParams(body.toString()).get("Action");
  if (action !== null) return action;
  const id = url.searchParams.get("x-id");
  if (id !== null) return id;
  if (service !== "s3") return `${method} ${url.pathname}`;
  const sub = [...url.searchParams.keys()]
    .filter((name) => !["prefix", "delimiter", "list-type"].includes(name))
    .sort()
    .join("+");
  if (url.searchParams.has("list-type")) return "ListObjectsV2";
  const isObject = (url.pathname.split("/")[2] ?? "") !== "";
  // Tagging is the one sub-resource used here that buckets and objects both have.
  const what = isObject ? "Object" : "Bucket";
  return `${method}${sub === "" ? what : isObject && sub === "tagging" ? `Object?${sub}` : `?${sub}`}`
    .replace("HEADObject", "HeadObject")
    .replace("HEADBucket", "HeadBucket");
};
