import type { Settings } from "../core/settings.ts";
import type { Ports } from "../ports/ports.ts";
import { producer } from "../response/seal/producer.ts";
import { tracedStep } from "../response/trace.ts";
import { clientOptions, LAMBDA_OPTIONS } from "./clientOptions.ts";
import { type Environment, parseEnvironment } from "./environment.ts";
import { createPorts } from "./ports.ts";
import { readSettings } from "./settings.ts";

/** A handler of `handlers/`, which knows nothing of AWS but the shape of a Lambda. */
export type PortHandler = (event: unknown, context: { readonly ports: Ports }) => Promise<unknown>;

/**
 * A handler as the Lambda that runs it: the ports are made once per container, from the environment that the stack set
 * and the settings in the bundle. A container that could not be set up fails every step loudly and tries again.
 */
export const onLambda = (
  handler: PortHandler,
  bundle: string,
  name: string,
): ((event: unknown, context: object) => Promise<unknown>) => {
  let ports: Promise<Ports> | undefined;
  return async (event, context) => {
    ports ??= setUp(new URL(bundle)).catch((error: unknown) => {
      ports = undefined;
      throw error;
    });
    return tracedStep(name, await ports, (traced) => handler(event, { ...context, ports: traced }));
  };
};

const setUp = async (bundle: URL): Promise<Ports> => {
  const env = parseEnvironment(process.env);
  producer();
  return createPorts(env, await settingsOf(env, bundle));
};

export const settingsOf = async (env: Environment, bundle: URL): Promise<Settings> => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const s3 = new S3Client(clientOptions({ ...LAMBDA_OPTIONS, region: env.AWS_REGION }));
  return readSettings(env.CORDON_SETTINGS, bundle, s3, env.CORDON_ACCOUNT);
};
