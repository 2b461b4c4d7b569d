/**
 * An actor who fights back: a move may come between every two calls of ours, before the approval, while it is carried out
 * and while it is watched, for as long as the actor is not cut off. Every history ends cut, or with a person called who is
 * told why; and it is never called contained while the actor gets in.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TransientError } from "../../lib/base/errors.ts";
import { explicitDeny } from "../../lib/core/plan/iamEvaluate.ts";
import { decodedDocument } from "../../lib/core/plan/policyDocument.ts";
import type { Account } from "../../lib/ports/account.ts";
import { verifyContainment, watchContainment } from "../../lib/response/contain/verifyContainment.ts";
import { ACCOUNT } from "../actions/names.ts";
import { TASK } from "../actions/services.ts";
import { api } from "../actions/world.ts";
import { runs } from "../sample.ts";
import type { Disk } from "./memory.ts";
import { carryOn, decide, execute, openWorld, type World } from "./world.ts";

const RUNS = Number(process.env.CORDON_RUNS ?? runs(15, 2_000));
const WATCH_MINUTES = 20;
const REMADE = "the role deleted and made again";
const KEY = "AKIARZPUZDIKJZEPKFUE";
const ALLOW = (Resource: string, Principal?: unknown) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource, ...(Principal === undefined ? {} : { Principal }) }],
  });

type Call = (service: "iam" | "s3", operation: string, input: Record<string, unknown>) => Promise<any>;
const callOn =
  (account: Account): Call =>
  async (service, operation, input) =>
    (await account.call(api(service, operation, input))).output;

/** The user behind the key: names change. */
const userNow = async (call: Call): Promise<string> =>
  (await call("iam", "GetAccessKeyLastUsed", { AccessKeyId: KEY })).UserName;

const ours = async (call: Call, kind: "User" | "Role", name: string): Promise<readonly string[]> =>
  (await call("iam", `List${kind}Policies`, { [`${kind}Name`]: name })).PolicyNames.filter((one: string) =>
    one.startsWith("Cordon"),
  );

/** The largest policy that goes in beside what is there. */
const filled = async (call: Call, kind: "User" | "Role", name: string, most: number): Promise<void> => {
  for (let count = most; count > 0; count -= 4) {
    const Resource = Array.from({ length: count }, (_, at) => `arn:aws:s3:::pad-${String(at).padStart(30, "0")}`);
    const Statement = [{ Effect: "Allow", Action: "s3:Get*", Resource }];
    const input = {
      [`${kind}Name`]: name,
      PolicyName: "pad",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
    };
    if ((await call("iam", `Put${kind}Policy`, input).catch(() => null)) !== null) return;
  }
};

const managedOf = async (call: Call): Promise<readonly string[]> =>
  (await call("iam", "ListAttachedRolePolicies", { RoleName: "app" })).AttachedPolicies.map(
    (one: { PolicyArn: string }) => one.PolicyArn,
  ).filter((arn: string) => arn.includes(`:${ACCOUNT}:`));
const ourManaged = async (call: Call): Promise<readonly string[]> =>
  (await managedOf(call)).filter((arn) => arn.includes("/Cordon"));

/** What an administrator of the account can do against a cut. A move that the account refuses is none. */
const MOVES: Readonly<Record<string, (call: Call, disk: Disk) => Promise<unknown>>> = {
  "a policy beside ours on the user": async (call) =>
    call("iam", "PutUserPolicy", { UserName: await userNow(call), PolicyName: "x", PolicyDocument: ALLOW("*") }),
  "a policy beside ours on the role": (call) =>
    call("iam", "PutRolePolicy", { RoleName: "app", PolicyName: "x", PolicyDocument: ALLOW("*") }),
  "our policies of the user deleted": async (call) => {
    const UserName = await userNow(call);
    for (const PolicyName of await ours(call, "User", UserName))
      await call("iam", "DeleteUserPolicy", { UserName, PolicyName });
  },
  "our policies of the role deleted": async (call) => {
    for (const PolicyName of await ours(call, "Role", "app"))
      await call("iam", "DeleteRolePolicy", { RoleName: "app", PolicyName });
  },
  "our policy of the user replaced": async (call) => {
    const UserName = await userNow(call);
    for (const PolicyName of await ours(call, "User", UserName))
      await call("iam", "PutUserPolicy", { UserName, PolicyName, PolicyDocument: ALLOW("*") });
  },
  "the boundary of the user taken away": async (call) =>
    call("iam", "DeleteUserPermissionsBoundary", { UserName: await userNow(call) }),
  "the bucket policy deleted": (call) => call("s3", "DeleteBucketPolicy", { Bucket: "plain" }),
  "the bucket policy replaced": (call) =>
    call("s3", "PutBucketPolicy", { Bucket: "plain", Policy: ALLOW("arn:aws:s3:::plain/*", { AWS: ACCOUNT }) }),
  "the key switched on": async (call) =>
    call("iam", "UpdateAccessKey", { UserName: await userNow(call), AccessKeyId: KEY, Status: "Active" }),
  "the user renamed": async (call) => {
    const UserName = await userNow(call);
    await call("iam", "UpdateUser", { UserName, NewUserName: UserName === "alice" ? "alice2" : "alice" });
  },
  "the user's path changed": async (call) =>
    call("iam", "UpdateUser", { UserName: await userNow(call), NewPath: "/x/" }),
  "the user's inline policies filled": async (call) => filled(call, "User", await userNow(call), 40),
  "the role's inline policies filled": (call) => filled(call, "Role", "app", 220),
  "our managed policies taken off the role": async (call) => {
    for (const PolicyArn of await ourManaged(call))
      await call("iam", "DetachRolePolicy", { RoleName: "app", PolicyArn });
  },
  "our managed policies given a version that allows": async (call) => {
    for (const PolicyArn of await ourManaged(call))
      await call("iam", "CreatePolicyVersion", { PolicyArn, PolicyDocument: ALLOW("*"), SetAsDefault: true });
  },
  "managed policies attached to the role until none fits": async (call) => {
    for (let at = 0; at < 10; at += 1)
      await call("iam", "AttachRolePolicy", { RoleName: "app", PolicyArn: `arn:aws:iam::aws:policy/Pad${at}` });
  },
  [REMADE]: async (call, { settings }) => {
    const { PermissionsBoundary: _, ...bare } = (await call("iam", "GetRole", { RoleName: "app" })).Role;
    const AssumeRolePolicyDocument = decodedDocument(bare.AssumeRolePolicyDocument);
    const RoleId = `AROAREMADE${String(settings.size).padStart(4, "0")}${String(bare.RoleId).slice(-4)}`;
    settings.set("role/app", {
      ...bare,
      AssumeRolePolicyDocument,
      RoleId,
      RolePolicyList: [],
      AttachedManagedPolicies: [],
    });
  },
  "the trust rewritten": (call) =>
    call("iam", "UpdateAssumeRolePolicy", {
      RoleName: "app",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
      }),
    }),
};
const NAMES = Object.keys(MOVES);

const documents = async (call: Call, kind: "User" | "Role", name: string): Promise<readonly string[]> => {
  const who = { [`${kind}Name`]: name };
  const { PolicyNames } = await call("iam", `List${kind}Policies`, who);
  return Promise.all(
    PolicyNames.map(async (PolicyName: string) =>
      decodedDocument((await call("iam", `Get${kind}Policy`, { ...who, PolicyName })).PolicyDocument),
    ),
  );
};

const denies = (texts: readonly string[], context: Record<string, string>): boolean =>
  texts.some(
    (text) => explicitDeny(text, { action: "s3:GetObject", resource: "arn:aws:s3:::plain/k", context }).is === "denied",
  );

/** Of the managed policies on the role the version that counts. */
const managedDocuments = async (call: Call): Promise<readonly string[]> =>
  Promise.all(
    (await managedOf(call)).map(async (PolicyArn) => {
      const { DefaultVersionId: VersionId } = (await call("iam", "GetPolicy", { PolicyArn })).Policy;
      const { PolicyVersion } = await call("iam", "GetPolicyVersion", { PolicyArn, VersionId });
      return decodedDocument(PolicyVersion.Document);
    }),
  );

/** By the account itself: whether the user, and the session of the role, can still do anything. */
const cutNow = async (call: Call): Promise<{ readonly user: boolean; readonly session: boolean }> => {
  const UserName = await userNow(call);
  const { User } = await call("iam", "GetUser", { UserName });
  const { Role } = await call("iam", "GetRole", { RoleName: "app" });
  const isBound = /AWSDenyAll$/.test(String(User.PermissionsBoundary?.PermissionsBoundaryArn ?? ""));
  return {
    user: isBound || denies(await documents(call, "User", UserName), {}),
    session: denies([...(await documents(call, "Role", "app")), ...(await managedDocuments(call))], {
      "aws:userid": `${Role.RoleId}:${TASK}`,
    }),
  };
};

interface Step {
  /** After so many of our calls since the last move. */
  readonly after: number;
  readonly move: string;
}

interface Ended {
  readonly world: World;
  readonly cut: { readonly user: boolean; readonly session: boolean };
  readonly made: readonly string[];
}

const play = async (steps: readonly Step[]): Promise<Ended> => {
  const left = [...steps];
  const made: string[] = [];
  let calls = 0;
  let moving = false;
  const world: World = await openWorld({
    settings: {
      watchMinutes: WATCH_MINUTES,
      waits: { scan: 0, classification: 0, propagation: 0, watch: 60, lateLogs: null, reminder: 3600 },
    },
    wrap: (ports) => {
      const call = callOn(ports.account);
      const maybeMove = async (): Promise<void> => {
        const next = left[0];
        calls += 1;
        if (moving || next === undefined || calls < next.after) return;
        moving = true;
        left.shift();
        calls = 0;
        const { user, session } = await cutNow(call);
        if (!user || !session)
          await MOVES[next.move]!(call, world.disk).then(
            () => made.push(next.move),
            () => {},
          );
        moving = false;
      };
      return {
        ...ports,
        account: {
          call: async (request) => {
            await maybeMove();
            return ports.account.call(request);
          },
        },
      };
    },
  });
  const { caseId, plan, ports } = world;
  const planId = plan.planId;
  await decide(world, {});
  await carryOn(world);
  let next = (await verifyContainment({ caseId, planId }, ports)).next;
  let isQuiet = false;
  for (let look = 0; look < 40 && next !== "done"; look += 1) {
    // With no move left, and after a look that found all in place, nothing can change any more: the rest of the watch is one look at its end.
    world.advance(left.length === 0 && isQuiet ? WATCH_MINUTES * 60_000 : 60_000);
    const before = next;
    if (next === "apply")
      await execute(world).catch((error: Error) => {
        if (!(error instanceof TransientError)) throw error;
      });
    next = (
      next === "apply"
        ? await verifyContainment({ caseId, planId }, ports)
        : await watchContainment({ caseId, planId }, ports)
    ).next;
    isQuiet = before === "watch" && next === "watch";
  }
  return { world, cut: await cutNow(callOn(ports.account)), made };
};

const step = fc.record({ after: fc.integer({ min: 1, max: 25 }), move: fc.constantFrom(...NAMES) });

test("whatever an active actor does between our calls: cut off in the end, or a person is called and told why", async () => {
  const endings = { cut: 0, asked: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const { world, cut, made } = await play(steps);
      const { status } = await world.ports.cases.head(world.caseId);
      const isCut = cut.user && cut.session;
      const told = made.join(", ");
      if (status === "contained") assert.ok(isCut, `called contained, and the actor gets in after: ${told}`);
      if (isCut) {
        endings.cut += 1;
        return;
      }
      endings.asked += 1;
      assert.equal(status, "attention", `not cut, and nobody is called after: ${told}`);
      const why = world.disk.notices.filter(({ kind }) => kind === "attention");
      assert.ok(why.length > 0, `nobody was told after: ${told}`);
    }),
    { numRuns: RUNS, seed: 20261121, endOnFailure: true },
  );
  assert.ok(endings.cut > endings.asked, JSON.stringify(endings));
});

test("a role made again is another one: nobody is denied unasked, and a person is called", async () => {
  const { world, cut, made } = await play([{ after: 12, move: REMADE }]);
  assert.deepEqual([made, cut], [[REMADE], { user: true, session: false }]);
  assert.equal((await world.ports.cases.head(world.caseId)).status, "attention");
});

for (const move of NAMES.filter((name) => name !== REMADE))
  test(`one move and then nothing: ${move}`, async () => {
    for (const after of [1, 12]) {
      const { world, cut } = await play([{ after, move }]);
      assert.deepEqual(cut, { user: true, session: true });
      assert.equal((await world.ports.cases.head(world.caseId)).status, "contained");
    }
  });
