import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { brokenLink } from "../../lib/case/auditTrail.ts";
import { CaseView } from "../../lib/case/caseView.ts";
import { trustRootOf } from "../../lib/cli/trust.ts";
import { createAccount } from "../../lib/embedded/account.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { optionsFromTrustRoot } from "../../lib/evidence/trustOptions.ts";
import { parseTrustRoot } from "../../lib/evidence/trustRoot.ts";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { checkDecision } from "../../lib/response/approve/askApproval.ts";
import { carryOn, decideOn, eventTypes, INVICTUS, OTRF, respondTo, standingPlan, withCase, withHome } from "./run.ts";

const changesMade = ({ home }: Deployment, accountId: string): readonly string[] =>
  createAccount({ iamSnapshotPath: null, bucketsDir: null, overlayDir: join(home.account, accountId), accountId })
    .calls()
    .map(({ operation }) => operation)
    .sort();

test("otrf: one object, 178 bytes, two calls, by the role session and not by pedro who shares the address", async () => {
  await withCase(OTRF, async (_deployment, view) => {
    // Expected values: data/GROUND_TRUTH.json of the dataset, computed with Python and jq.
    for (const amount of [view.theft.certain, view.theft.likely, view.theft.upperBound])
      assert.deepEqual(amount, { objects: 1, calls: 2, bytes: 178 });
    assert.equal(view.theft.firstAt, "2020-09-14T01:02:34Z");
    assert.equal(view.theft.lastAt, "2020-09-14T01:13:20Z");
    assert.deepEqual(view.theft.buckets, ["mordors3stack-s3bucket-llp2yingx64a"]);
    assert.deepEqual(view.principal, {
      type: "AssumedRole",
      arn: "arn:aws:sts::123456789123:assumed-role/MordorNginxStack-BankingWAFRole-9S3E0UAE1MM0/i-0317f6c6b66ae9c40",
      principalId: "AROA5FLZVX4OAMSW6BCRH:i-0317f6c6b66ae9c40",
      accessKeyIds: ["ASIA5FLZVX4OPVKKVBMX"],
      roleSession: "i-0317f6c6b66ae9c40",
      issuerArn: "arn:aws:iam::123456789123:role/MordorNginxStack-BankingWAFRole-9S3E0UAE1MM0",
    });
    assert.doesNotMatch(JSON.stringify(view.plan), /pedro/);
    assert.equal(view.status, "awaiting-decision");
    CaseView.parse(view);
  });
});

test("otrf: approval is carried out once, verified, sealed, and the bundle is proven", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    assert.deepEqual(changesMade(deployment, "123456789123"), []);
    const receipt = await decideOn(caseId, deployment, {});
    assert.equal(receipt.recorded, true);
    const view = await carryOn(caseId, deployment);
    assert.equal(view.status, "contained");
    assert.deepEqual(changesMade(deployment, "123456789123"), ["PutBucketPolicy", "PutRolePolicy", "PutRolePolicy"]);
    const { path, digest } = view.evidence.at(-1)!;
    const { options } = await trustRootOf(deployment);
    const report = await verifyBundle(path, options);
    assert.deepEqual(report.errors, []);
    assert.equal(report.exitCode, 0);
    assert.equal(report.digest, digest);
    assert.equal((await verifyBundle(path, { trust: [] })).exitCode, 3);
    assert.equal(brokenLink(await deployment.ports.cases.events(caseId)), null);
  });
});

test("invictus: what was taken is not knowable, and the report says why", async () => {
  await withCase(INVICTUS, async (deployment, view) => {
    assert.equal(view.theft.certain, null);
    assert.equal(view.theft.likely, null);
    assert.equal(view.theft.upperBound, null);
    assert.ok(view.theft.notKnown.length > 0);
    assert.deepEqual(
      view.coverage.buckets.map(({ name, dataEvents, hours }) => [name, dataEvents, hours?.certain]),
      [["stratus-red-team-bdbp-lhfzvgcamn", "absent", 0]],
    );
    assert.equal(view.coverage.filesRead, 55);
    assert.equal(view.coverage.watermark, "2023-07-10T12:37:50Z");
    const { changes } = JSON.parse(
      Buffer.from((await deployment.ports.cases.read(view.caseId, "discovered.json"))!).toString(),
    ) as { changes: { eventName: string; eventTime: string; bucket: string | null }[] };
    const times = (name: string) =>
      changes.filter(({ eventName }) => eventName === name).map(({ eventTime }) => eventTime);
    // StopLogging failed three times (TrailNotFound), DeleteTrail twice succeeded and once failed.
    assert.deepEqual(times("StopLogging"), []);
    assert.deepEqual(times("DeleteTrail"), ["2023-07-10T12:08:04Z", "2023-07-10T12:08:04Z"]);
    const ofBucket = changes
      .filter(({ bucket }) => bucket === "stratus-red-team-bdbp-lhfzvgcamn")
      .map(({ eventName, eventTime }) => `${eventTime} ${eventName}`);
    assert.ok(ofBucket.includes("2023-07-10T12:22:41Z PutBucketPolicy"));
    assert.ok(ofBucket.includes("2023-07-10T12:28:24Z DeleteBucketPolicy"));
  });
});

test("invictus: the actor's story is told in at most 30 lines, and every account that received anything stands on page one", async () => {
  await withCase(INVICTUS, async (_deployment, view) => {
    const report = readFileSync(join(view.evidence.at(-1)!.path, "data/report.md"), "utf8");
    const sections = report.split(/^(?=[A-Z][A-Z ]{3,}:)/m);
    const sectionOf = (title: string): string => sections.find((text) => text.startsWith(`${title}:`)) ?? "";
    const ofActor = sectionOf("INCIDENT TIMELINE")
      .split("\n")
      .filter((line) => line.includes("2023-07-10"));
    assert.ok(ofActor.length >= 10 && ofActor.length <= 30, `${ofActor.length} lines`);
    // By jq over the files: snapshot, image, database snapshot, bucket policy and trust were opened to these.
    for (const account of ["193672423079", "012345678912", "012345678901"]) {
      assert.ok(sectionOf("WHAT HAPPENED").includes(account), `${account} on page one`);
      assert.ok(
        ofActor.some((line) => line.includes(account)),
        `${account} in the story`,
      );
    }
  });
});

test("a corrupt log file is set aside, named and counted as a hole, and the run goes on", async () => {
  const logs = mkdtempSync(join(tmpdir(), "cordon-logs-"));
  for (const name of readdirSync(OTRF.logs)) copyFileSync(join(OTRF.logs, name), join(logs, name));
  writeFileSync(
    join(logs, "123456789123_CloudTrail_us-east-1_20200914T0105Z_torn0000torn0000.json.gz"),
    readFileSync(join(OTRF.logs, readdirSync(OTRF.logs)[0]!)).subarray(0, 100),
  );
  await withHome({}, async (deployment) => {
    const view = await respondTo({ ...OTRF, logs }, deployment);
    assert.deepEqual(view.theft.certain, { objects: 1, calls: 2, bytes: 178 });
    assert.equal(view.coverage.filesSetAside, 1);
    assert.match(view.coverage.setAside[0]!.file, /torn0000torn0000/);
    assert.equal(view.coverage.buckets[0]?.dataEvents, "partly");
  });
});

test("a denial changes nothing, and the evidence is sealed all the same", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    await decideOn(caseId, deployment, { approve: [] });
    const view = await carryOn(caseId, deployment);
    assert.equal(view.status, "denied");
    assert.deepEqual(changesMade(deployment, "123456789123"), []);
    assert.equal(view.evidence.length, 2);
  });
});

test("silence is a no: a plan that nobody decides about in time expires", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    const ports = deployment.portsOf(caseId);
    const planId = await standingPlan(caseId, deployment);
    const after = (seconds: number): Promise<{ readonly next: string }> => {
      const now = (): string => new Date(Date.parse(ports.clock.now()) + seconds * 1000).toISOString();
      return checkDecision({ caseId, planId }, { ...ports, clock: { now } });
    };
    const { decisionDeadlineSeconds } = deployment.settings;
    assert.notEqual((await after(decisionDeadlineSeconds - 3600)).next, "stop");
    assert.equal((await after(decisionDeadlineSeconds + 1)).next, "stop");
    assert.ok((await eventTypes(caseId, deployment)).includes("plan.expired"));
  });
});

test("exactly what was approved: one action of two", async () => {
  await withCase(OTRF, async (deployment, { caseId, plan }) => {
    const roles = plan!.actions.filter(({ kind }) => kind === "revoke-role-sessions").map(({ id }) => id);
    await decideOn(caseId, deployment, { approve: roles });
    const view = await carryOn(caseId, deployment);
    assert.deepEqual(changesMade(deployment, "123456789123"), ["PutRolePolicy"]);
    assert.deepEqual(
      view.plan?.actions.map(({ kind, status }) => `${kind} ${status}`).filter((line) => line.endsWith("applied")),
      ["revoke-role-sessions applied"],
    );
  });
});

test("the same finding again, a later copy and the administrator's copy never start a second containment", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    const proposed = async (): Promise<number> =>
      (await eventTypes(caseId, deployment)).filter((type) => type === "plan.proposed").length;
    const before = await proposed();
    const envelope = OTRF.finding as {
      account: string;
      detail: { updatedAt: string; service: { eventLastSeen: string } };
    };
    const later = {
      ...envelope,
      detail: {
        ...envelope.detail,
        updatedAt: "2020-09-14T02:00:00.000Z",
        service: { ...envelope.detail.service, eventLastSeen: "2020-09-14T01:59:00Z" },
      },
    };
    const administrators = { ...envelope, account: "999999999999" };
    for (const finding of [OTRF.finding, later, administrators]) await respondTo({ ...OTRF, finding }, deployment);
    const types = await eventTypes(caseId, deployment);
    assert.equal(await proposed(), before);
    assert.equal(types.filter((type) => type === "case.extended").length, 2);
    assert.equal((await deployment.ports.cases.list()).length, 1);
    const finding = JSON.parse(
      Buffer.from((await deployment.ports.cases.read(caseId, "finding.json"))!).toString(),
    ) as { window: { lastSeen: string } };
    assert.equal(finding.window.lastSeen, "2020-09-14T01:59:00.000Z");
  });
});

test("a sample never reaches containment", async () => {
  const finding = JSON.parse(readFileSync(join(import.meta.dirname, "../fixtures/guardduty/onug-csnf.json"), "utf8"));
  await withHome({}, async (deployment) => {
    const view = await respondTo({ ...OTRF, finding }, deployment);
    assert.equal(view.finding.sample, true);
    assert.equal(view.plan, null);
    assert.equal(view.status, "not-contained");
    assert.ok(view.evidence.length > 0);
  });
});

test("rollback restores what was captured, under a decision of its own", async () => {
  await withCase(OTRF, async (deployment, { caseId }) => {
    await decideOn(caseId, deployment, {});
    await carryOn(caseId, deployment);
    deployment.journal.begin({
      name: `${caseId}-release-1`,
      machine: "release",
      input: JSON.stringify({ caseId, releaseId: "release-1", actions: [] }),
      caseId,
      parent: null,
    });
    const waiting = await carryOn(caseId, deployment);
    assert.equal(waiting.status, "awaiting-decision");
    assert.equal(changesMade(deployment, "123456789123").length, 3);
    await decideOn(caseId, deployment, { planId: "release-1" });
    const view = await carryOn(caseId, deployment);
    assert.equal(view.status, "released");
    assert.deepEqual(changesMade(deployment, "123456789123"), [
      "DeleteBucketPolicy",
      "DeleteRolePolicy",
      "DeleteRolePolicy",
      "PutBucketPolicy",
      "PutRolePolicy",
      "PutRolePolicy",
    ]);
  });
});

test("the trust root written for auditors names the two keys by purpose", async () => {
  await withHome({}, async (deployment) => {
    const { path } = await trustRootOf(deployment);
    const root = parseTrustRoot(readFileSync(path));
    assert.deepEqual(root.keys.map(({ purpose }) => purpose).sort(), ["evidence", "ledger"]);
    assert.equal(optionsFromTrustRoot(root).trust.length, 1);
  });
});

test("without a snapshot the calls are written down for a person, and none is made", async () => {
  await withHome({}, async (deployment) => {
    const { caseId, plan, status } = await respondTo({ ...OTRF, iam: null, buckets: null }, deployment);
    assert.equal(status, "awaiting-decision");
    assert.deepEqual(
      plan?.actions.map(({ kind, reversibility }) => `${kind} ${reversibility}`),
      [
        "revoke-role-sessions instruction",
        "deny-role-session instruction",
        "deny-role instruction",
        "guard-denies instruction",
        "isolate-instance instruction",
      ],
    );
    await decideOn(caseId, deployment, {});
    const view = await carryOn(caseId, deployment);
    assert.equal(view.status, "not-contained");
    assert.deepEqual(changesMade(deployment, "123456789123"), []);
    assert.equal(view.plan?.actions[0]?.status, "instructed");
  });
});
