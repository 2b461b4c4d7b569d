import type { ApiRequest } from "../case/apiRequest.ts";
import type { State, Target } from "../case/plan.ts";
import type { ActionCard, Scene, Stamp } from "../core/plan/action.ts";
import type { Action } from "./parts/action.ts";
import { read, request } from "./parts/calls.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";

const card: ActionCard = {
  id: "unshare-copies",
  title: "Share the snapshot or image with nobody any more",
  side: "undo",
  reversibility: "reversible",
  offer: "default",
  permissions: [
    { action: "ec2:DescribeSnapshotAttribute", resource: "*", for: "read" },
    { action: "ec2:DescribeImageAttribute", resource: "*", for: "read" },
    { action: "ec2:ModifySnapshotAttribute", resource: "snapshot/*", for: "write" },
    { action: "ec2:ModifyImageAttribute", resource: "image/*", for: "write" },
  ],
  atExecution: "whoever the snapshot or image is shared with then is taken off",
  limits: [
    "Copies that others have made are theirs: they stay.",
    "Everybody it is shared with is taken off, also accounts that the owner had let in before: look at the state before.",
    "Snapshots of databases are unshared by unshare-db-snapshots.",
  ],
  sources: [
    "EC2 API reference, ModifySnapshotAttribute and ModifyImageAttribute",
    "Stratus Red Team, exfiltration by sharing EBS snapshots and AMIs",
  ],
};

const SNAPSHOT = /^snap-[0-9a-f]{8,17}$/;
const IMAGE = /^ami-[0-9a-f]{8,17}$/;

const targets = (scene: Scene): readonly Target[] =>
  [
    ...Map.groupBy(
      changesOf(scene, "ModifySnapshotAttribute", "ModifyImageAttribute"),
      ({ request: input }) => memberOf(input, "snapshotId") ?? memberOf(input, "imageId") ?? "",
    ),
  ]
    .filter(([id]) => SNAPSHOT.test(id) || IMAGE.test(id))
    .map(([id, changes]) => ({
      label: `${SNAPSHOT.test(id) ? "snapshot" : "image"} ${id}`,
      ...(SNAPSHOT.test(id) ? { snapshotId: id } : { imageId: id }),
      ...eventsOf(changes),
    }));

interface Share {
  readonly UserId?: string;
  readonly Group?: string;
}
const sharesIn = (state: State): readonly Share[] => state.shares as readonly Share[];

const modify = (target: Target, what: "add" | "remove", shares: readonly Share[], stamp: Stamp): ApiRequest => {
  const change = { [what === "add" ? "Add" : "Remove"]: shares };
  return target.snapshotId === undefined
    ? request(stamp, "ec2", "ModifyImageAttribute", { ImageId: target.imageId, LaunchPermission: change })
    : request(stamp, "ec2", "ModifySnapshotAttribute", {
        SnapshotId: target.snapshotId,
        Attribute: "createVolumePermission",
        CreateVolumePermission: change,
      });
};

export const unshareCopies: Action = {
  card,
  targets,

  capture: async ({ snapshotId, imageId }, stamp, account) => {
    const asked =
      snapshotId === undefined
        ? request(stamp, "ec2", "DescribeImageAttribute", { ImageId: imageId, Attribute: "launchPermission" })
        : request(stamp, "ec2", "DescribeSnapshotAttribute", {
            SnapshotId: snapshotId,
            Attribute: "createVolumePermission",
          });
    const output = await read(account, asked);
    const found = (output.CreateVolumePermissions ?? output.LaunchPermissions ?? []) as readonly Share[];
    const shares = found.map(({ UserId, Group }) => (UserId === undefined ? { Group: Group! } : { UserId }));
    return { shares: shares.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
  },

  apply: (target, before, stamp) =>
    sharesIn(before).length === 0 ? [] : [modify(target, "remove", sharesIn(before), stamp)],
  verify: (_target, _before, now) =>
    sharesIn(now).length === 0
      ? { ok: true, why: "it is shared with nobody" }
      : { ok: false, why: `it is shared with ${JSON.stringify(sharesIn(now))}` },
  rollback: (target, before, stamp) =>
    sharesIn(before).length === 0 ? [] : [modify(target, "add", sharesIn(before), stamp)],
  withdraw: (target, before, now, stamp) =>
    sharesIn(now).length === 0 ? unshareCopies.rollback(target, before, stamp) : [],
  refuse: () => null,
};
