import type { ServiceName } from "../case/apiRequest.ts";

type Doc = Readonly<Record<string, unknown>>;

/** An SDK output as plain JSON, as plans and captured state hold it: times as ISO 8601, bytes as base64, no absent members. */
export const toPlain = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && typeof member !== "function")
      .map(([name, member]) => [name, toPlain(member)]),
  );
};

/** Members that the SDK wants as `Date`, by operation. Everything else that we send is text, numbers and flags. */
const TIMES: Readonly<Record<string, string>> = { "s3:PutBucketLifecycleConfiguration": "Date" };

/** A request as captured state holds it (plain JSON), in the types that the SDK takes. */
export const toSdkInput = (service: ServiceName, operation: string, input: Doc): Doc => {
  const timeMember = TIMES[`${service}:${operation}`];
  return timeMember === undefined ? input : (withDates(input, timeMember) as Doc);
};

const withDates = (value: unknown, member: string): unknown => {
  if (Array.isArray(value)) return value.map((each) => withDates(each, member));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name === member && typeof each === "string" ? new Date(each) : withDates(each, member),
    ]),
  );
};
