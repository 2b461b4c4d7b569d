import type { ApiRequest } from "../case/apiRequest.ts";
import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";

const card: ActionCard = {
  id: "unshare-db-snapshots",
  title: "Share the database snapshot with nobody any more",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "rds:DescribeDBSnapshotAttributes", resource: "snapshot:*", for: "read" },
    { action: "rds:DescribeDBClusterSnapshotAttributes", resource: "cluster-snapshot:*", for: "read" },
    { action: "rds:ModifyDBSnapshotAttribute", resource: "snapshot:*", for: "write" },
    { action: "rds:ModifyDBClusterSnapshotAttribute", resource: "cluster-snapshot:*", for: "write" },
  ],
  atExecution: "whoever the snapshot is shared with then is taken off",
  limits: [
    "Copies that others have made are theirs: they stay.",
    "Everybody it is shared with is taken off, also accounts that the owner had let in before: look at the state before.",
    "A snapshot under a key of KMS is of use only to whoever may use the key too: see revoke-kms-grants and undo-key-policy.",
  ],
  sources: [
    "RDS API reference, ModifyDBSnapshotAttribute and ModifyDBClusterSnapshotAttribute",
    "CloudTrail record of ModifyDBSnapshotAttribute (requestParameters.valuesToAdd)",
  ],
};

/** RDS user guide, Naming constraints: of a snapshot that somebody made; automated ones cannot be shared. */
const NAME = /^[A-Za-z](?:-?[A-Za-z0-9])*$/;

const targets = (scene: Scene): readonly Target[] =>
  (["snapshot", "cluster snapshot"] as const).flatMap((kind) => {
    const [event, member] =
      kind === "snapshot"
        ? ["ModifyDBSnapshotAttribute", "dBSnapshotIdentifier"]
        : ["ModifyDBClusterSnapshotAttribute", "dBClusterSnapshotIdentifier"];
    const byName = Map.groupBy(changesOf(scene, event), ({ request: input }) => memberOf(input, member) ?? "");
    return [...byName]
      .filter(([name]) => NAME.test(name) && name.length <= 255)
      .map(([name, changes]) => ({
        label: `database ${kind} ${name}`,
        ...(kind === "snapshot" ? { snapshot: name } : { clusterSnapshot: name }),
        ...eventsOf(changes),
      }));
  });

const kindOf = ({ snapshot }: Target): "DBSnapshot" | "DBClusterSnapshot" =>
  snapshot === undefined ? "DBClusterSnapshot" : "DBSnapshot";
const named = (target: Target): ApiRequest["input"] => ({
  [`${kindOf(target)}Identifier`]: target.snapshot ?? target.clusterSnapshot,
});
const sharesIn = (state: State): readonly string[] => state.shares as readonly string[];

const modify = (target: Target, what: "Add" | "Remove", values: readonly string[], stamp: Stamp): ApiRequest =>
  request(stamp, "rds", `Modify${kindOf(target)}Attribute`, {
    ...named(target),
    AttributeName: "restore",
    [`ValuesTo${what}`]: values,
  });

interface Attribute {
  readonly AttributeName?: string;
  readonly AttributeValues?: readonly string[];
}

export const unshareDbSnapshots: Action = {
  card,
  targets,

  capture: async (target, stamp, account) => {
    const kind = kindOf(target);
    const output = await read(account, request(stamp, "rds", `Describe${kind}Attributes`, named(target)));
    const result = output[`${kind}AttributesResult`] as Readonly<Record<string, unknown>> | undefined;
    const attributes = (result?.[`${kind}Attributes`] ?? []) as readonly Attribute[];
    const restore = attributes.find(({ AttributeName }) => AttributeName === "restore");
    return { shares: [...(restore?.AttributeValues ?? [])].sort() };
  },

  apply: (target, before, stamp) =>
    sharesIn(before).length === 0 ? [] : [modify(target, "Remove", sharesIn(before), stamp)],
  verify: (_target, _before, now) =>
    sharesIn(now).length === 0
      ? { ok: true, why: "it is shared with nobody" }
      : { ok: false, why: `it is shared with ${sharesIn(now).join(", ")}` },
  rollback: (target, before, stamp) =>
    sharesIn(before).length === 0 ? [] : [modify(target, "Add", sharesIn(before), stamp)],
  withdraw: (target, before, now, stamp) =>
    sharesIn(now).length === 0 ? unshareDbSnapshots.rollback(target, before, stamp) : [],
  refuse: () => null,
};
