import { visible } from "../../base/visible.ts";
import { candidatesOf } from "./findingEnvelope.ts";

type Members = Readonly<Record<string, unknown>>;

/** What people hand in by mistake, told by members that nothing else has, and where it belongs. */
const KINDS: readonly { readonly is: string; readonly members: readonly (readonly string[])[] }[] = [
  {
    is: "CloudTrail log records, which go with --logs DIR",
    members: [
      ["eventSource", "eventName"],
      ["EventSource", "EventName"],
    ],
  },
  {
    is: "an IAM snapshot, which goes with --iam FILE",
    members: [["UserDetailList"], ["RoleDetailList"], ["GroupDetailList"]],
  },
  { is: "the settings of a data directory", members: [["openOn", "minimumSeverity"]] },
  {
    is: "a finding of Security Hub that is not GuardDuty's",
    members: [
      ["ProductArn", "AwsAccountId"],
      ["class_uid", "finding_info"],
    ],
  },
];

/** Of these a GuardDuty finding, however broken, has some. */
const OF_A_FINDING = ["id", "type", "severity", "accountId", "region"];

/** What a document is that should be a GuardDuty finding, in words; null: it is one, or looks like one that is broken. */
export const strangerIn = (document: unknown): string | null => {
  const kinds = new Set(candidatesOf(insideLookup(document)).map(({ value }) => strangerOf(value)));
  return kinds.size === 1 ? [...kinds][0]! : null;
};

/** `aws cloudtrail lookup-events` puts its records below `Events`. */
const insideLookup = (document: unknown): unknown =>
  typeof document === "object" && document !== null && Array.isArray((document as Members).Events)
    ? (document as Members).Events
    : document;

const strangerOf = (value: unknown): string | null => {
  if (typeof value !== "object" || value === null) return value === null ? "nothing" : `a ${typeof value}`;
  const known = KINDS.find(({ members }) => members.some((names) => names.every((name) => Object.hasOwn(value, name))));
  if (known !== undefined) return known.is;
  const names = Object.keys(value);
  const isLike = names.filter((name) => OF_A_FINDING.includes(lowerFirst(name))).length > 1;
  return isLike ? null : `a document of ${names.slice(0, 5).map(shown).join(", ") || "no members"}`;
};

/** Names are whatever the file says. */
const shown = (name: string): string => visible(name).slice(0, 40);

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);
