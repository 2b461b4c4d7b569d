import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./synth.ts";

const { context } = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8"));

/** Null: nothing is handed over, as by hand and without the CDK CLI. */
const run = (given: unknown) => {
  const out = mkdtempSync(join(tmpdir(), "cordon-app-"));
  const { CDK_VALIDATION: _, CDK_CONTEXT_JSON: __, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "bin/app.ts")], {
    cwd: ROOT,
    encoding: "utf8",
    env: {
      ...env,
      CDK_OUTDIR: out,
      ...(given === null ? {} : { CDK_CONTEXT_JSON: JSON.stringify(given) }),
      AWS_REGION: "",
      HTTPS_PROXY: "http://127.0.0.1:9",
    },
  });
  return {
    status,
    stderr,
    templates: readdirSync(out)
      .filter((name) => name.endsWith(".template.json"))
      .sort(),
  };
};

test("the app in cdk.json synthesises offline and passes cdk-nag and CDK's own validation", () => {
  const { status, stderr, templates } = run({
    ...context,
    cordon: { ...context.cordon, guardrails: { guardDuty: true, macie: true } },
  });
  assert.equal(status, 0, stderr.slice(-2000));
  assert.deepEqual(
    templates,
    ["CordonGuardrails", "CordonMemberStack", "CordonStack", "CordonTrailStack"].map((name) => `${name}.template.json`),
  );
});

test("without the CDK CLI the app reads the context where the CLI looks", () => {
  const { status, stderr, templates } = run(null);
  assert.equal(status, 0, stderr.slice(-2000));
  assert.deepEqual(templates.length, 3);
});

test("a page with a user pool or another provider, and chat notices, pass them too", () => {
  const origin = "https://cordon.example.com";
  const settings = join(mkdtempSync(join(tmpdir(), "cordon-settings-")), "settings.json");
  const example = JSON.parse(readFileSync(join(ROOT, context.cordon.settings), "utf8"));
  writeFileSync(settings, JSON.stringify({ ...example, webauthn: { rpId: "cordon.example.com", origin } }));
  const identity = { issuer: "https://login.example.com", clientId: "cordon", clientSecretName: "cordon/page" };
  const chat = { slack: { secretName: "cordon/slack", channel: "#soc" }, pagerDuty: { secretName: "cordon/pager" } };
  for (const page of [{ origin }, { origin, identity }]) {
    const { status, stderr } = run({
      ...context,
      cordon: { ...context.cordon, settings, page, chat, hunt: { securityHub: true } },
    });
    assert.equal(status, 0, stderr.slice(-2000));
  }
});

test("a faulty context makes no template and says every fault", () => {
  const { status, stderr, templates } = run({ cordon: { ...context.cordon, account: "1", externalId: "" } });
  assert.deepEqual([status, templates], [1, []]);
  assert.match(stderr, /cordon\.account/);
  assert.match(stderr, /cordon\.externalId/);
});
