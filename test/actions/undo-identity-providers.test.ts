import assert from "node:assert/strict";
import { test } from "node:test";
import { undoIdentityProviders as action } from "../../lib/actions/undo-identity-providers.ts";
import { ACCOUNT, change, scene } from "./world.ts";

test("each way in from outside is named with the exact call that closes it", () => {
  const oidc = `arn:aws:iam::${ACCOUNT}:oidc-provider/evil.example`;
  const anchor = `arn:aws:rolesanywhere:us-east-1:${ACCOUNT}:trust-anchor/0123abcd-0123-0123-0123-0123456789ab`;
  const targets = action.targets(
    scene({
      changes: [
        change("CreateOpenIDConnectProvider", {}, { response: { openIDConnectProviderArn: oidc } }),
        change("CreateTrustAnchor", {}, { response: { trustAnchor: { trustAnchorArn: anchor } } }),
      ],
    }),
  );
  assert.deepEqual(
    targets.map(({ arn }) => arn),
    [oidc, anchor],
  );
  assert.ok(
    targets[0]!.instruction!.includes(`delete-open-id-connect-provider --open-id-connect-provider-arn ${oidc}`),
  );
  assert.ok(
    targets[1]!.instruction!.includes("disable-trust-anchor --trust-anchor-id 0123abcd-0123-0123-0123-0123456789ab"),
  );
});

test("a name from a log that is none stands in no command", () => {
  const hostile = `arn:aws:iam::${ACCOUNT}:saml-provider/x; rm -rf /`;
  assert.deepEqual(
    action.targets(scene({ changes: [change("UpdateSAMLProvider", { sAMLProviderArn: hostile })] })),
    [],
  );
});
