/** moto_server, an AWS look-alike by others, for the suites that judge by it; and an account port on it by the SDK. */
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as iam from "@aws-sdk/client-iam";
import * as identitystore from "@aws-sdk/client-identitystore";
import * as kms from "@aws-sdk/client-kms";
import * as rds from "@aws-sdk/client-rds";
import * as s3 from "@aws-sdk/client-s3";
import * as sso from "@aws-sdk/client-sso-admin";
import { ApiError } from "../../lib/base/errors.ts";
import type { ApiRequest } from "../../lib/case/apiRequest.ts";
import type { Account } from "../../lib/ports/ports.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Starts moto_server on a free port, runs `work` with its address and stops it. Says so and returns where it is not installed. */
export const withMoto = async (
  env: Readonly<Record<string, string>>,
  work: (endpoint: string) => Promise<void>,
): Promise<void> => {
  if (spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status !== 0)
    return console.log("skipped: moto_server is not installed");
  const port = await freePort();
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  try {
    const endpoint = `http://127.0.0.1:${port}`;
    await answersAt(endpoint);
    await work(endpoint);
  } finally {
    server.kill();
  }
};

export const clientsAt = (endpoint: string, credentials: Credentials) => {
  const options = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  return {
    iam: new iam.IAMClient(options),
    kms: new kms.KMSClient(options),
    rds: new rds.RDSClient(options),
    identitystore: new identitystore.IdentitystoreClient(options),
    "sso-admin": new sso.SSOAdminClient(options),
    s3: new s3.S3Client({ ...options, forcePathStyle: true }),
  };
};

type Served = keyof ReturnType<typeof clientsAt>;

/** The calls of an action on moto, by the SDK's commands of the same names. */
export const accountAt = (clients: ReturnType<typeof clientsAt>): Account => ({
  call: async ({ service, operation, input }: ApiRequest) => {
    const commands = { iam, kms, rds, s3, identitystore, "sso-admin": sso }[service as Served] as unknown as Record<
      string,
      new (
        input: unknown,
      ) => never
    >;
    const client = clients[service as Served] as {
      send(command: never): Promise<Record<string, unknown>>;
    };
    try {
      const { $metadata: _, ...output } = await client.send(new commands[`${operation}Command`]!(input));
      return { requestId: "moto", output };
    } catch (error) {
      const { Code, name, message } = error as { Code?: string; name: string; message: string };
      throw new ApiError(operation, Code ?? name.replace(/Exception$/, ""), message, error);
    }
  },
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const answersAt = async (endpoint: string): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if ((await fetch(`${endpoint}/moto-api/data.json`).catch(() => null))?.ok) return;
    await sleep(200);
  }
  throw new Error("moto_server does not answer");
};
