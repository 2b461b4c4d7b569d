import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ofType } from "../../lib/case/events.ts";
import { systemClock } from "../../lib/embedded/clock.ts";
import type { Deployment } from "../../lib/embedded/deployment.ts";
import { approverKeyPath, localHuman } from "../../lib/embedded/settingsFile.ts";
import { createSigner } from "../../lib/embedded/signer.ts";
import { setAsideOf, signMark } from "../../lib/response/approve/mark.ts";
import { submitSigned } from "../../lib/response/approve/submitSigned.ts";
import { caseView } from "../../lib/response/caseView.ts";
import { quantify } from "../../lib/response/quantify.ts";
import { wholeText } from "../cli/wholeText.ts";
import { THEFT } from "../embedded/theftShapes.ts";
import { FINDING, jsonLines } from "./inputWorld.ts";
import { lookAt } from "./look.ts";
import { withHome } from "./run.ts";

const REASON = "These are my own notes, I read them again: no log.";

const withLogs = async (work: (deployment: Deployment, logs: string) => Promise<void>): Promise<void> => {
  const root = mkdtempSync(join(tmpdir(), "cordon-mark-"));
  const logs = join(root, "logs");
  mkdirSync(logs);
  writeFileSync(join(logs, "good.jsonl"), jsonLines(THEFT));
  writeFileSync(join(logs, "notes.txt"), "call the bank\n");
  writeFileSync(join(logs, "list\u202e.txt"), "milk\n");
  try {
    await withHome({}, (deployment) => work(deployment, logs));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

const TWELVE = { objects: 12, calls: 12, bytes: 12_066 };

test("a file that a person calls irrelevant is no hole any more, in every view and in a later reading; the last one gives the upper bound back", async () => {
  await withLogs(async (deployment, logs) => {
    const { caseId, theft } = await lookAt({ finding: FINDING, logs, iam: null, buckets: null }, deployment);
    assert.equal(theft.upperBound, null);
    const ports = deployment.portsOf(caseId);
    const signer = createSigner(approverKeyPath(deployment.home, localHuman()));
    const answer = {
      humanId: localHuman(),
      reason: REASON,
      channel: "cli",
      assurance: "key-file",
      markedAt: systemClock.now(),
    } as const;
    const met = (await setAsideOf(caseId, ports)).toSorted((a, b) => (a.file < b.file ? 1 : -1));
    assert.deepEqual(
      met.map(({ file, sha256 }) => [file, sha256?.length]),
      [
        ["notes.txt", 64],
        ["list\u202e.txt", 64],
      ],
    );
    const first = await signMark(caseId, met[0]!, answer, signer);
    assert.deepEqual(await submitSigned(first, ports).then(({ recorded }) => recorded), true);
    const half = await caseView(caseId, ports);
    assert.equal(half.theft.upperBound, null);
    assert.deepEqual(half.coverage.filesSetAside, 1);
    assert.ok(half.coverage.holes.some((hole) => hole.startsWith("1 file could not be read")));
    assert.ok(!JSON.stringify(half.theft.notKnown).includes("notes.txt"));

    assert.equal((await submitSigned(await signMark(caseId, met[1]!, answer, signer), ports)).recorded, true);
    const again = await submitSigned(first, ports);
    assert.ok(again.recorded && again.repeated);
    const check = async (): Promise<void> => {
      const whole = await caseView(caseId, ports);
      assert.deepEqual([whole.theft.upperBound, whole.coverage.setAside, whole.coverage.holes], [TWELVE, [], []]);
      assert.deepEqual(
        whole.coverage.marked?.map(({ file, because }) => [file, because]),
        [
          ["notes.txt", REASON],
          ["list\u202e.txt", REASON],
        ],
      );
      assert.match(wholeText(whole), /Called irrelevant by .*: notes\.txt: These are my own notes/);
      assert.ok(!wholeText(whole).includes("\u202e"));
    };
    await check();
    assert.equal(ofType(await ports.cases.events(caseId), "input.marked").length, 2);
    await quantify({ caseId }, ports);
    await check();
  });
});

test("a mark counts from an approver alone, for the file as it was met, and of this case", async () => {
  await withLogs(async (deployment, logs) => {
    const { caseId } = await lookAt({ finding: FINDING, logs, iam: null, buckets: null }, deployment);
    const ports = deployment.portsOf(caseId);
    const [met] = await setAsideOf(caseId, ports);
    const own = createSigner(approverKeyPath(deployment.home, localHuman()));
    const answer = {
      humanId: localHuman(),
      reason: REASON,
      channel: "cli",
      assurance: "key-file",
      markedAt: systemClock.now(),
    } as const;
    const tries = [
      ["INELIGIBLE", await signMark(caseId, met!, { ...answer, humanId: "mallory" }, own)],
      ["NOT_DUE", await signMark(caseId, { ...met!, sha256: "0".repeat(64) }, answer, own)],
      ["NOT_DUE", await signMark(caseId, { ...met!, file: "good.jsonl" }, answer, own)],
      ["UNREADABLE", { ...(await signMark("case-20260101-0000000000", met!, answer, own)), caseId }],
      ["UNREADABLE", await signMark(caseId, met!, { ...answer, reason: "no" }, own)],
    ] as const;
    for (const [code, submission] of tries) {
      const taken = await submitSigned(submission, ports);
      assert.equal(taken.recorded ? "recorded" : taken.code, code);
    }
    assert.equal((await caseView(caseId, ports)).coverage.filesSetAside, 2);
  });
});
