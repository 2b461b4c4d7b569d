import { visible } from "../../base/visible.ts";
import { candidatesOf } from "./findingEnvelope.ts";

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
const OF_A_FINDING = ["id", "type", "severity", "accountId", "region", "resource", "service"];
const A_FINDING = "a GuardDuty finding";

/** What a document is that should be a GuardDuty finding, in words; null: it is one, or looks like one that is broken. */
export const strangerIn = (document: unknown): string | null => {
  const kind = kindOf(document, (value) => `a document of ${membersOf(value)}`);
  return kind === A_FINDING ? null : kind;
};

/** What a document of known kind is, in words; null: of another kind, or of several. */
export const knownKind = (document: unknown): string | null => kindOf(document, () => null);

const kindOf = (document: unknown, other: (value: object) => string | null): string | null => {
  const kinds = new Set(candidatesOf(document).map(({ value }) => kindOfOne(value, other)));
  return kinds.size === 1 ? [...kinds][0]! : null;
};

const kindOfOne = (value: unknown, other: (value: object) => string | null): string | null => {
  if (typeof value !== "object" || value === null) return value === null ? "nothing" : `a ${typeof value}`;
  const known = KINDS.find(({ members }) => members.some((names) => names.every((name) => Object.hasOwn(value, name))));
  if (known !== undefined) return known.is;
  const like = Object.keys(value).filter((name) => OF_A_FINDING.includes(lowerFirst(name)));
  return like.length > 1 ? A_FINDING : other(value);
};

/** Names are whatever the file says. */
const membersOf = (value: object): string =>
  Object.keys(value)
    .slice(0, 5)
    .map((name) => visible(name).slice(0, 40))
    .join(", ") || "no members";

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);
