import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ofType } from "../../lib/case/events.ts";
import { casePage } from "../../lib/web/casePage.ts";
import { wholeText } from "../cli/wholeText.ts";
import { FINDING } from "./inputWorld.ts";
import { FIXTURES, respondTo, withHome } from "./run.ts";

const folder = (name: string): string => join(FIXTURES, "field-cases", name);

test("federated-user-not-cut: the finding names nobody whom a change could cut; the logs do, and the question is asked about that user", async () => {
  await withHome({}, async (deployment) => {
    const from = folder("federated-user-not-cut");
    const view = await respondTo(
      {
        finding: JSON.parse(readFileSync(join(from, "finding.json"), "utf8")),
        ...{ logs: join(from, "logs"), iam: join(from, "iam.json"), buckets: null },
      },
      deployment,
    );
    assert.equal(view.status, "awaiting-decision");
    assert.deepEqual([view.plans[0]!.planId, view.plans[0]!.status], ["contain-1", "empty"]);
    assert.deepEqual(
      view.plan!.actions.map(({ kind, target }) => `${kind} ${target}`),
      ["deny-user user nadia.k", "guard-denies guard over account 444455556666"],
    );
    assert.deepEqual(view.warnings, []);
  });
});

test("a snapshot that is not believed is a warning in the view, its text, the page and the report", async () => {
  await withHome({}, async (deployment) => {
    const iam = join(deployment.home.root, "..", "iam.json");
    const whole = JSON.parse(readFileSync(join(folder("federated-user-not-cut"), "iam.json"), "utf8"));
    writeFileSync(iam, JSON.stringify({ ...whole, GroupDetailList: [] }));
    const logs = join(folder("silent-half-elastic"), "logs");
    const view = await respondTo({ finding: FINDING, logs, iam, buckets: null }, deployment);
    const [warning] = view.warnings!;
    assert.match(warning!, /not believed: the snapshot is not whole: it lacks group analysts/);
    assert.ok(wholeText(view).includes(`WARNING   ${warning}`));
    const ports = deployment.portsOf(view.caseId);
    const page = await casePage(view.caseId, { humanId: "ada", assurance: "key-file" }, ports);
    assert.deepEqual(page.view.warnings, [warning]);
    for (const name of ["md", "html"])
      assert.match(readFileSync(join(view.evidence.at(-1)!.path, `data/report.${name}`), "utf8"), /is not believed/);
  });
});

test("a plan that stops nobody is a warning in the view, its text, the page, the report and the notices", async () => {
  const root = mkdtempSync(join(tmpdir(), "cordon-empty-plan-"));
  const iam = join(root, "iam.json");
  // Somebody made a user of the same name anew: whoever holds the id of the finding is somebody else.
  const arn = "arn:aws:iam::444455556666:user/nadia.k";
  const user = {
    UserName: "nadia.k",
    Arn: arn,
    Path: "/",
    UserId: "AIDAQ3EXAMPLENADIA99",
    CreateDate: "2026-01-01T00:00:00Z",
  };
  writeFileSync(
    iam,
    JSON.stringify({
      UserDetailList: [user],
      RoleDetailList: [{ RoleName: "AWSServiceRoleForSupport", Arn: "arn:aws:iam::444455556666:role/support" }],
      GroupDetailList: [],
      Policies: [],
      IsTruncated: false,
    }),
  );
  try {
    await withHome({}, async (deployment) => {
      const logs = join(folder("silent-half-elastic"), "logs");
      const view = await respondTo({ finding: FINDING, logs, iam, buckets: null }, deployment);
      const ports = deployment.portsOf(view.caseId);
      const [warning] = view.warnings!;
      assert.match(warning!, /contain-1 holds no change.*nadia\.k.*they can go on/);
      assert.ok(wholeText(view).includes(`WARNING   ${warning}`));
      const page = await casePage(view.caseId, { humanId: "ada", assurance: "key-file" }, ports);
      assert.deepEqual(page.view.warnings, [warning]);
      const bundle = view.evidence.at(-1)!.path;
      assert.ok(readFileSync(join(bundle, "data/report.md"), "utf8").includes("holds no change"));
      assert.ok(readFileSync(join(bundle, "data/report.html"), "utf8").includes("holds no change"));
      const told = ofType(await ports.cases.events(view.caseId), "notice.sent").filter(
        ({ data }) => data.kind === "attention" && data.text.includes("holds no change"),
      );
      assert.ok(told.length > 0);
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
