import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { runtimeFacts } from "../base/runtime.ts";
import type { Environment } from "../case/environment.ts";

/** The `Date` of an HTTP answer has whole seconds. */
const RESOLUTION_MS = 1_000;

/** The environment of this function, or of the person who calls: who STS says it is, and how far its clock is from AWS's. */
export const measureInAws =
  (sts: STSClient, now: () => string, functionName: string | null) => async (): Promise<Environment> => {
    const { arn, date, sentAt, receivedAt } = await askSts(sts, now);
    const [sent, received] = [Date.parse(sentAt), Date.parse(receivedAt)];
    const reference = date === undefined ? Number.NaN : Date.parse(date) + RESOLUTION_MS / 2;
    return {
      schema: "cordon/environment/v1",
      measuredAt: receivedAt,
      ...(functionName === null ? {} : { host: functionName }),
      ...(arn === undefined ? {} : { user: arn }),
      ...runtimeFacts(),
      ...(Number.isNaN(reference)
        ? {}
        : {
            clock: {
              source: "AWS STS, the Date of its answer",
              offsetMs: reference - (sent + received) / 2,
              errorMs: (received - sent + RESOLUTION_MS) / 2,
            },
          }),
      notMeasured: [
        ...(functionName === null ? [{ what: "host", why: "sealed outside a function" }] : []),
        ...(arn === undefined ? [{ what: "user", why: "STS did not say" }] : []),
        ...(Number.isNaN(reference) ? [{ what: "clock", why: "the answer of STS had no date" }] : []),
        { what: "engine", why: "each query in queries/ and scans/ names the engine that answered it" },
      ],
    };
  };

/** An answer of STS with the date in its head, and when it was asked and came. */
const askSts = async (sts: STSClient, now: () => string) => {
  const command = new GetCallerIdentityCommand({});
  const head: { date?: string } = {};
  command.middlewareStack.add(
    (next) => async (args) => {
      const done = await next(args);
      const { headers } = done.response as { readonly headers?: Readonly<Record<string, string>> };
      if (headers?.date !== undefined) head.date = headers.date;
      return done;
    },
    { step: "deserialize", priority: "low" },
  );
  const sentAt = now();
  const { Arn: arn } = await sts.send(command);
  return { arn, date: head.date, sentAt, receivedAt: now() };
};
