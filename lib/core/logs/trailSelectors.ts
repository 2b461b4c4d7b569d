/** One field of an advanced event selector, as `GetEventSelectors` gives it. */
import type { Selectors } from "../../case/trails.ts";

interface FieldSelector {
  readonly Field?: string | undefined;
  readonly Equals?: readonly string[] | undefined;
  readonly StartsWith?: readonly string[] | undefined;
  readonly EndsWith?: readonly string[] | undefined;
  readonly NotEquals?: readonly string[] | undefined;
  readonly NotStartsWith?: readonly string[] | undefined;
  readonly NotEndsWith?: readonly string[] | undefined;
}

interface AdvancedSelector {
  readonly FieldSelectors?: readonly FieldSelector[] | undefined;
}

interface BasicSelector {
  readonly ReadWriteType?: string | undefined;
  readonly IncludeManagementEvents?: boolean | undefined;
  readonly DataResources?:
    | readonly { readonly Type?: string | undefined; readonly Values?: readonly string[] | undefined }[]
    | undefined;
}

/**
 * Whether a trail records reads of objects in a bucket, by evaluating its selectors as CloudTrail does: a trail with
 * advanced selectors has no others; within one selector every field must match; within a field any value does, and every
 * negative one must hold (CloudTrail user guide, advanced event selectors).
 */
export const recordsReads = ({ basic, advanced }: Selectors, bucket: string, partition: string): boolean => {
  const arn = `arn:${partition}:s3:::${bucket}/any-key`;
  return advanced.length > 0
    ? advanced.some((one) => matchesRead(one, arn))
    : basic.some((one) => isBasicRead(one, arn));
};

const matchesRead = ({ FieldSelectors = [] }: AdvancedSelector, arn: string): boolean => {
  const event: Readonly<Record<string, string>> = {
    eventCategory: "Data",
    "resources.type": "AWS::S3::Object",
    "resources.ARN": arn,
    readOnly: "true",
    eventName: "GetObject",
    eventSource: "s3.amazonaws.com",
  };
  // A field that our model event does not have (userIdentity.arn, sessionCredentialFromConsole…) narrows the selector: not everything is recorded.
  return (
    FieldSelectors.length > 0 &&
    FieldSelectors.every(
      (selector) => event[selector.Field ?? ""] !== undefined && matchesField(selector, event[selector.Field!]!),
    )
  );
};

const matchesField = (selector: FieldSelector, value: string): boolean => {
  const {
    Equals = [],
    StartsWith = [],
    EndsWith = [],
    NotEquals = [],
    NotStartsWith = [],
    NotEndsWith = [],
  } = selector;
  const wanted = Equals.length + StartsWith.length + EndsWith.length;
  const hit =
    Equals.includes(value) ||
    StartsWith.some((start) => value.startsWith(start)) ||
    EndsWith.some((end) => value.endsWith(end));
  const excluded =
    NotEquals.includes(value) ||
    NotStartsWith.some((start) => value.startsWith(start)) ||
    NotEndsWith.some((end) => value.endsWith(end));
  return (wanted === 0 || hit) && !excluded;
};

/** `arn:aws:s3` means every bucket; else values are prefixes of object ARNs. */
const isBasicRead = ({ ReadWriteType = "All", DataResources = [] }: BasicSelector, arn: string): boolean =>
  ReadWriteType !== "WriteOnly" &&
  DataResources.some(
    ({ Type, Values = [] }) =>
      Type === "AWS::S3::Object" && Values.some((prefix) => /^arn:[a-z-]+:s3$/.test(prefix) || arn.startsWith(prefix)),
  );
