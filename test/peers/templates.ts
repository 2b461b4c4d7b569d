/** Every stack in the layouts that the context knows, as files for judges of templates. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synth } from "../stack/synth.ts";

const ORIGIN = "https://cordon.example.com";
const CERTIFICATE = "arn:aws:acm:eu-central-1:111111111111:certificate/0a1b";
/** Settings of every layout: a page needs them, the others do not mind. */
const SETTINGS = { webauthn: { rpId: "cordon.example.com", origin: ORIGIN } };

const layouts = {
  default: {},
  organisation: {
    logs: {
      bucket: "the-trail",
      owner: "333333333333",
      prefix: "org/",
      organizationId: "o-abcdefghij",
      regions: ["eu-central-1"],
      keyArn: "arn:aws:kms:eu-central-1:333333333333:key/k",
    },
  },
  everything: {
    logs: { bucket: null, regions: ["eu-central-1", "us-east-1"] },
    retention: { mode: "COMPLIANCE", days: 2557 },
    breakGlassRole: "arn:aws:iam::111111111111:role/break-glass",
    noticeEmails: ["soc@example.com"],
    hunt: { securityHub: true },
    drill: true,
    chat: { slack: { secretName: "cordon/slack", channel: "#soc" }, pagerDuty: { secretName: "cordon/pager" } },
    page: { origin: ORIGIN, certificateArn: CERTIFICATE },
    guardrails: {
      guardDuty: true,
      macie: true,
      trailLogGroup: "trail",
      endpoint: { vpcId: "vpc-0123456789abcdef0", routeTableIds: ["rtb-0123456789abcdef0"] },
    },
  },
};

/** Paths of the templates, in a folder of their own. */
export const writeTemplates = (): readonly string[] => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-lint-"));
  return Object.entries(layouts).flatMap(([layout, over]) =>
    Object.entries(synth(over, SETTINGS)).flatMap(([stack, made]) =>
      [made].flat().flatMap((template, index) => {
        if (template === null) return [];
        const file = join(folder, `${layout}-${stack}-${index}.json`);
        writeFileSync(file, JSON.stringify(template.toJSON()));
        return [file];
      }),
    ),
  );
};
