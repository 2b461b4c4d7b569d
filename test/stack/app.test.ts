import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { sampled } from "../sample.ts";
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

/** As `npm ci` leaves it: the context of cdk.json, read where the CDK CLI looks. */
test("the app in cdk.json synthesises offline and without the CDK CLI, and passes cdk-nag and CDK's own validation", () => {
  const { status, stderr, templates } = run(null);
  assert.equal(status, 0, stderr.slice(-2000));
  assert.deepEqual(templates, templatesOf("CordonMemberStack", "CordonStack", "CordonTrailStack"));
});

test("guardrails, chat notices and a page, with a user pool or another provider, pass them too", () => {
  const origin = "https://cordon.example.com";
  const settings = join(mkdtempSync(join(tmpdir(), "cordon-settings-")), "settings.json");
  const example = JSON.parse(readFileSync(join(ROOT, context.cordon.settings), "utf8"));
  writeFileSync(settings, JSON.stringify({ ...example, webauthn: { rpId: "cordon.example.com", origin } }));
  const identity = { issuer: "https://login.example.com", clientId: "cordon", clientSecretName: "cordon/page" };
  const chat = { slack: { secretName: "cordon/slack", channel: "#soc" }, pagerDuty: { secretName: "cordon/pager" } };
  const all = { ...context.cordon, settings, chat, hunt: { securityHub: true } };
  for (const [more, stacks] of sampled(
    [
      [{ page: { origin } }, []],
      [{ page: { origin, identity }, guardrails: { guardDuty: true, macie: true } }, ["CordonGuardrails"]],
    ] as const,
    2,
  )) {
    const { status, stderr, templates } = run({ ...context, cordon: { ...all, ...more } });
    assert.equal(status, 0, stderr.slice(-2000));
    assert.deepEqual(templates, templatesOf(...stacks, "CordonMemberStack", "CordonStack", "CordonTrailStack"));
  }
});

const templatesOf = (...names: readonly string[]): readonly string[] => names.map((name) => `${name}.template.json`);

test("a faulty context makes no template and says every fault", () => {
  const { status, stderr, templates } = run({ cordon: { ...context.cordon, account: "1", externalId: "" } });
  assert.deepEqual([status, templates], [1, []]);
  assert.match(stderr, /cordon\.account/);
  assert.match(stderr, /cordon\.externalId/);
});
