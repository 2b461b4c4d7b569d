/** Templates as CloudFormation gets them, from a context and settings made here. No bundling: the functions are a placeholder. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { FLAGS, makeStacks } from "../../lib/stack/app.ts";
import { parseContext } from "../../lib/stack/context.ts";

process.env["CDK_VALIDATION"] = "false";

export const ROOT = resolve(import.meta.dirname, "../..");
export const SECURITY = "111111111111";
export const MEMBER = "222222222222";

const EXAMPLE = readFileSync(join(ROOT, "docs/settings.example.json"), "utf8");

export const baseContext = {
  account: SECURITY,
  region: "eu-central-1",
  memberAccounts: [SECURITY, MEMBER],
  externalId: "an-external-id-for-tests",
  settings: "settings.json",
  logs: { bucket: "the-trail", owner: "333333333333", regions: ["eu-central-1", "us-east-1"] },
};

export const contextOf = (
  over: Readonly<Record<string, unknown>> = {},
  settings: Readonly<Record<string, unknown>> = {},
  files: Readonly<Record<string, string>> = {},
) =>
  parseContext(
    { ...baseContext, ...over },
    (path) => files[path] ?? JSON.stringify({ ...JSON.parse(EXAMPLE), ...settings }),
  );

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, any>>;
  readonly [member: string]: any;
}

export interface Synthesised {
  readonly cordon: Template;
  readonly trail: Template;
  readonly member: Template;
  readonly guardrails: Template | null;
  readonly relays: readonly Template[];
}

export const synth = (
  over: Readonly<Record<string, unknown>> = {},
  settings: Readonly<Record<string, unknown>> = {},
  files: Readonly<Record<string, string>> = {},
): Synthesised => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-functions-"));
  writeFileSync(join(folder, "openCase.mjs"), "export const handler = async () => {};\n");
  const app = new App({
    context: FLAGS,
    outdir: mkdtempSync(join(tmpdir(), "cordon-cdk-")),
    analyticsReporting: false,
  });
  const stacks = makeStacks(app, contextOf(over, settings, files), folder);
  const template = (stack: Parameters<typeof Template.fromStack>[0]): Template => Template.fromStack(stack);
  return {
    cordon: template(stacks.cordon),
    trail: template(stacks.trail),
    member: template(stacks.member),
    guardrails: stacks.guardrails === null ? null : template(stacks.guardrails),
    relays: stacks.relays.map(template),
  };
};

export const resourcesOf = (template: Template, type: string): Readonly<Record<string, Resource>> =>
  template.findResources(type) as Readonly<Record<string, Resource>>;

/** References and joins as one readable text. */
export const flat = (value: unknown): string => {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(flat).join("");
  const {
    Ref,
    "Fn::Join": joined,
    "Fn::GetAtt": attribute,
    "Fn::ImportValue": imported,
  } = value as Record<string, any>;
  if (Ref !== undefined) return `<${Ref}>`;
  if (attribute !== undefined) return `<${attribute.join(".")}>`;
  if (imported !== undefined) return `<${flat(imported)}>`;
  return joined[1].map(flat).join(joined[0]);
};

export const toList = (value: unknown): readonly any[] => (Array.isArray(value) ? value : [value]);

/** Statements of the policies of a role, by the logical id that begins with the name of its function. */
export const statementsOf = (
  template: Template,
  rolePrefix: string,
): readonly { readonly actions: readonly string[]; readonly resources: readonly string[]; readonly effect: string }[] =>
  Object.values(resourcesOf(template, "AWS::IAM::Policy"))
    .filter(({ Properties }) => toList(Properties.Roles).some((role) => flat(role).startsWith(`<${rolePrefix}Role`)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[])
    .filter(({ Sid }) => Sid !== "NoAgent")
    .map((statement) => ({
      actions: toList(statement.Action),
      resources: toList(statement.Resource).map(flat),
      effect: statement.Effect,
    }));
