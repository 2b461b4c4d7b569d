import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Credential, Hop, RoleChain } from "../../lib/case/chain.ts";
import { ROLE_CHAIN, write } from "../../lib/case/documents.ts";
import type { Plan } from "../../lib/case/plan.ts";
import { renderPlan } from "../../lib/core/plan/renderPlan.ts";
import { createAccount } from "../../lib/embedded/account.ts";
import { writeIncident } from "../../lib/incident/incident.ts";
import { assessImpact } from "../../lib/response/assessImpact.ts";
import { planContainment } from "../../lib/response/contain/planContainment.ts";
import { readPlan } from "../../lib/response/contain/planRecords.ts";
import { openWorld, type World } from "../approval/world.ts";
import { carryOn, decideOn, respondTo, standingPlan, withHome } from "./run.ts";

const ACCOUNT = "123456789012";
const linesOf = ({ actions }: Plan): readonly string[] => actions.map(({ kind, target }) => `${kind} ${target.label}`);

test("jane → etl-runner → data-exporter: the first question names the last session alone, the one brought up to date cuts every step from her key on", async () => {
  const dir = mkdtempSync(join(tmpdir(), "cordon-chain-"));
  try {
    const truth = await writeIncident(dir, { variant: "role-chain", seed: "chain", backgroundEvents: 300 });
    const incident = {
      finding: JSON.parse(readFileSync(join(dir, "finding.json"), "utf8")),
      logs: join(dir, "logs"),
      iam: join(dir, "iam.json"),
      buckets: join(dir, "buckets"),
    };
    await withHome({}, async (deployment) => {
      const { caseId } = await respondTo(incident, deployment);
      const ports = deployment.portsOf(caseId);
      const [etl, exporter] = ["etl-runner", "data-exporter"];
      const first = await readPlan(caseId, "contain-1", ports);
      assert.equal(first.basis?.logs, "not read");
      assert.match(renderPlan(first), /The logs have not been read yet/);
      const on = ({ actions }: Plan): readonly string[] =>
        actions.filter(({ recommended }) => recommended).map(({ kind }) => kind);
      assert.ok(
        on(first).every((kind) => ["deny-role-session", "deny-actor-on-bucket"].includes(kind)),
        on(first).join(),
      );
      assert.ok(linesOf(first).includes(`revoke-role-sessions role ${exporter}`), "offered");
      const plan = await readPlan(caseId, await standingPlan(caseId, deployment), ports);
      assert.match(String(plan.basis?.verdict), /likely theft/);
      const identities = plan.actions.filter(({ recommended, kind }) => recommended && kind !== "deny-actor-on-bucket");
      assert.deepEqual(sessionsIn({ ...plan, actions: identities }).toSorted(), [
        "deactivate-access-keys user developer-jane",
        "deny-user user developer-jane",
        `revoke-role-sessions role ${exporter}`,
        `revoke-role-sessions role ${etl}`,
      ]);
      assert.match(
        identities.find(({ kind }) => kind === "deny-user")!.target.because!,
        new RegExp(truth.thief.accessKeyIds[0]!),
      );
      assert.ok(identities.every(({ blastRadius, advice }) => blastRadius.length > 0 && advice !== undefined));
      assert.match(
        renderPlan(plan),
        /Replaces {5}contain-1.*void[\s\S]*changed {4}New: deny-user on user developer-jane/,
      );
      assert.ok(plan.suspects.some(({ identities: names }) => names.some((name) => name.includes("jane"))));
      await decideOn(caseId, deployment, {});
      const view = await carryOn(caseId, deployment);
      assert.equal(view.status, "contained");
      assert.deepEqual(
        view.plans.map(({ planId, status }) => [planId, status]),
        [
          ["contain-1", "superseded"],
          [plan.planId, "executed"],
        ],
      );
      const changes = createAccount({
        iamSnapshotPath: null,
        bucketsDir: null,
        overlayDir: join(deployment.home.account, first.accountId),
        accountId: first.accountId,
      })
        .calls()
        .map(({ operation, input }) => `${operation} ${String(input.UserName ?? input.RoleName ?? input.Bucket)}`);
      assert.ok(changes.includes("PutUserPolicy developer-jane") && changes.includes(`PutRolePolicy ${etl}`));
      assert.ok(changes.some((line) => line.startsWith("UpdateAccessKey developer-jane")));
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

const credential = (members: Partial<Credential>): Credential => ({
  type: "AssumedRole",
  principalId: null,
  arn: null,
  accountId: ACCOUNT,
  userName: null,
  accessKeyId: null,
  issuerArn: null,
  ...members,
});
const ALICE = credential({
  type: "IAMUser",
  principalId: "AIDAALICE00000000001",
  arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
  userName: "alice",
  accessKeyId: "AKIARZPUZDIKJZEPKFUE",
});
const inRole = (name: string, accessKeyId: string, accountId = ACCOUNT): Credential =>
  credential({
    principalId: `AROA${name.toUpperCase().padEnd(12, "X")}:s`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${name}/s`,
    accountId,
    accessKeyId,
    issuerArn: `arn:aws:iam::${accountId}:role/${name}`,
  });
const hop = (from: Credential, to: Credential, members: Partial<Hop> = {}): Hop & { readonly depth: number } => ({
  eventId: `e-${to.accessKeyId}`,
  at: "2026-11-21T02:00:00Z",
  how: "AssumeRole",
  from,
  to,
  address: null,
  userAgent: null,
  link: "key",
  candidates: 1,
  byThief: true,
  depth: 1,
  ...members,
});
const chainOf = (...sessions: readonly (Hop & { readonly depth: number })[]): RoleChain => ({
  schema: "cordon/role-chain/v1",
  chains: [],
  sessions,
  cut: {
    credential: ALICE,
    holder: "stolen",
    stops: [],
    revokeToo: sessions.map(({ to }) => to.accessKeyId!),
    reason: "",
  },
  notKnown: [],
});

/** Without what keeps a role from being assumed again, which is due with every step that the logs show. */
const sessionsIn = (plan: Plan): readonly string[] =>
  linesOf(plan).filter((line) => !/^(deny-role|freeze-trust) /.test(line));

const followUp = async (world: World, chain: RoleChain): Promise<Plan> => {
  await write(world.ports.cases, world.caseId, ROLE_CHAIN, chain);
  await planContainment({ caseId: world.caseId, purpose: "follow-up" }, world.ports);
  return readPlan(world.caseId, "follow-up-1", world.ports);
};

test("who the first plan already names is not asked about again, and nothing is due then", async () => {
  const world = await openWorld();
  const chain = chainOf(hop(ALICE, inRole("app", "ASIAAPP")));
  await write(world.ports.cases, world.caseId, ROLE_CHAIN, chain);
  assert.equal((await assessImpact({ caseId: world.caseId }, world.ports)).next, "seal");
  assert.deepEqual(sessionsIn(await followUp(world, chain)), []);
});

test("a session opened after the first plan is not covered by its revocation: the role is asked about again", async () => {
  const world = await openWorld();
  const chain = chainOf(hop(ALICE, inRole("app", "ASIALATER"), { at: "2026-11-21T04:00:00Z" }));
  await write(world.ports.cases, world.caseId, ROLE_CHAIN, chain);
  assert.equal((await assessImpact({ caseId: world.caseId }, world.ports)).next, "contain");
  world.setTime("2026-11-21T04:30:00.000Z");
  assert.deepEqual(sessionsIn(await followUp(world, chain)), ["revoke-role-sessions role app"]);
});

test("a role that is protected, one that is exempt and one of another account are left out, each with the reason", async () => {
  const protectedRole = `arn:aws:iam::${ACCOUNT}:role/ci`;
  const world = await openWorld({ settings: { protected: { principals: [protectedRole], buckets: [] } } });
  const plan = await followUp(
    world,
    chainOf(
      hop(ALICE, inRole("ci", "ASIACI")),
      hop(ALICE, inRole("cordon-responder", "ASIAOWN")),
      hop(ALICE, inRole("elsewhere", "ASIAELSE", "210987654321")),
    ),
  );
  assert.deepEqual(linesOf(plan), []);
  const reasonOf = (part: string): string | undefined =>
    plan.leftOut.find(({ kind, target }) => kind === "revoke-role-sessions" && target.includes(part))?.reason;
  assert.match(reasonOf("elsewhere")!, /another account/);
  for (const name of ["ci", "cordon-responder"]) assert.ok(reasonOf(`role ${name}`) !== undefined, name);
});

test("a key minted for somebody else does not put that somebody on the list", async () => {
  const world = await openWorld();
  const bob = credential({ type: "IAMUser", userName: "bob", accessKeyId: "AKIAMINTED" });
  const plan = await followUp(world, chainOf(hop(ALICE, bob, { how: "CreateAccessKey" })));
  assert.deepEqual(linesOf(plan), []);
});
