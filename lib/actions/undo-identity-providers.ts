import type { Target } from "../case/plan.ts";
import type { ActorChange } from "../case/principal.ts";
import type { Scene } from "../core/plan/action.ts";
import { changesOf, eventsOf, memberOf } from "./parts/changes.ts";
import { instruction } from "./parts/instruction.ts";

/** What closes each way in; the name comes from a log and stands in a command only in its exact form. */
const WAYS: Readonly<
  Record<string, readonly [found: RegExp, members: readonly string[], steps: (name: string) => string]>
> = {
  CreateOpenIDConnectProvider: [
    /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[\w.:/-]+$/,
    ["openIDConnectProviderArn"],
    (arn) => `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${arn}`,
  ],
  CreateSAMLProvider: [
    /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/[\w._-]+$/,
    ["sAMLProviderArn"],
    (arn) => `aws iam delete-saml-provider --saml-provider-arn ${arn}`,
  ],
  UpdateSAMLProvider: [
    /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/[\w._-]+$/,
    ["sAMLProviderArn"],
    (arn) =>
      `aws iam update-saml-provider --saml-provider-arn ${arn} --saml-metadata-document file://OWNERS-METADATA.xml (the owner's own metadata, from the identity provider and not from this account)`,
  ],
  CreateTrustAnchor: [
    /^arn:aws[a-z-]*:rolesanywhere:[a-z0-9-]+:\d{12}:trust-anchor\/[0-9a-f-]{36}$/,
    ["trustAnchorArn"],
    (arn) => `aws rolesanywhere disable-trust-anchor --trust-anchor-id ${arn.split("/").at(-1)}`,
  ],
  CreatePodIdentityAssociation: [
    /^arn:aws[a-z-]*:eks:[a-z0-9-]+:\d{12}:podidentityassociation\/[\w-]+\/a-[a-z0-9]+$/,
    ["associationArn"],
    (arn) =>
      `aws eks delete-pod-identity-association --cluster-name ${arn.split("/")[1]} --association-id ${arn.split("/").at(-1)}`,
  ],
};

const targetOf = (change: ActorChange): readonly Target[] => {
  const [form, members, steps] = WAYS[change.eventName]!;
  const name = memberOf(change.response, ...members) ?? memberOf(change.request, ...members);
  if (name === null || !form.test(name)) return [];
  const text = [
    `1. Look who uses it: roles whose trust policy names ${name}.`,
    `2. ${steps(name)}`,
    "3. Roles that trusted it: deny-role and freeze-trust end the sessions that were made through it.",
  ].join("\n");
  return [
    {
      label: `${change.eventName.replace(/^(?:Create|Update)/, "")} ${name}`,
      arn: name,
      instruction: text,
      ...eventsOf([change]),
    },
  ];
};

export const undoIdentityProviders = instruction(
  {
    id: "undo-identity-providers",
    title: "Close the way in that the actor made for logins from outside",
    side: "undo",
    offer: "default",
    limits: [
      "An identity provider, a trust anchor or a pod association lets whoever holds the outer end into every role that trusts it: Cordon names the exact call and does not make it, because honest roles may trust the same one by now.",
      "Sessions that were made through it go on: they are ended at the role.",
    ],
    sources: [
      "IAM API reference, CreateOpenIDConnectProvider and CreateSAMLProvider",
      "IAM Roles Anywhere user guide, Revocation",
      "EKS user guide, EKS Pod Identity associations",
    ],
  },
  (scene: Scene) => changesOf(scene, ...Object.keys(WAYS)).flatMap(targetOf),
);
