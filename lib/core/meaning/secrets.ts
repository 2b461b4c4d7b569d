/** Secrets, parameters, passwords, keys of KMS. */
import type { Call, Entry, Meaning } from "./call.ts";
import { accountsIn, at, granteesOf, listAt, shortName, textAt } from "./requests.ts";

const named =
  (...paths: readonly string[]) =>
  ({ request }: Call): string | null => {
    const name = textAt(request, ...paths);
    return name === null ? null : shortName(name);
  };

const keyOf = named("keyId");

const policyFor =
  (what: string, ...paths: readonly string[]) =>
  (call: Call): Partial<Meaning> | null => {
    const { everybody, accounts } = granteesOf(
      paths.map((path) => at(call.request, path)).find((one) => one !== undefined),
      call.account,
    );
    if (everybody) return { effect: `opened ${what} {} to everybody`, accounts };
    return accounts.length === 0
      ? { phase: "ordinary", technique: null }
      : { effect: `opened ${what} {} to account ${accounts.join(", ")}`, accounts };
  };

const granted = (call: Call): Partial<Meaning> | null => {
  const grantee = textAt(call.request, "granteePrincipal") ?? "";
  const accounts = accountsIn([grantee]).filter((one) => one !== call.account);
  return accounts.length === 0
    ? { phase: "ordinary", technique: null }
    : { effect: `granted account ${accounts.join(", ")} the use of the key {}`, accounts };
};

export const SECRETS: readonly Entry[] = [
  {
    of: "secretsmanager",
    calls: /^(GetSecretValue|BatchGetSecretValue)$/,
    phase: "credential access",
    technique: "T1555.006",
    effect: "read the secrets {}",
    target: named("secretId"),
  },
  {
    of: "secretsmanager",
    calls: /^PutResourcePolicy$/,
    phase: "credential access",
    technique: "T1555.006",
    effect: "changed the policy of the secret {}",
    target: named("secretId"),
    means: policyFor("the secret", "resourcePolicy"),
  },
  {
    of: "secretsmanager ssm",
    calls: /^(DeleteSecret|DeleteParameters?)$/,
    phase: "impact",
    technique: "T1485",
    effect: "deleted secrets or parameters",
  },
  {
    of: "secretsmanager ssm",
    calls: /^(CreateSecret|PutSecretValue|PutParameter|RestoreSecret|UpdateSecret)$/,
    phase: "ordinary",
    technique: null,
    effect: "wrote secrets or parameters",
  },
  {
    of: "ssm",
    calls: /^GetParameter(s|sByPath|History)?$/,
    phase: "credential access",
    technique: "T1555.006",
    effect: "read the parameters {}",
    target: ({ request }) => textAt(request, "name", "path") ?? (listAt(request, "names").join(", ") || null),
  },
  {
    of: "ec2",
    calls: /^GetPasswordData$/,
    phase: "credential access",
    technique: "T1555.006",
    effect: "asked for the administrator's passwords of instances",
  },
  {
    of: "kms",
    calls: /^ScheduleKeyDeletion$/,
    phase: "impact",
    technique: "T1485",
    effect: "scheduled the key {} for deletion",
    target: keyOf,
    means: ({ request }) => {
      const days = textAt(request, "pendingWindowInDays");
      return days === null ? null : { effect: `scheduled the key {} for deletion in ${days} days` };
    },
  },
  {
    of: "kms",
    calls: /^(DisableKey|DeleteImportedKeyMaterial|ImportKeyMaterial|DisconnectCustomKeyStore|DeleteCustomKeyStore)$/,
    phase: "impact",
    technique: "T1486",
    effect: "took the key {} out of use, or put material of its own into it",
    target: keyOf,
  },
  {
    of: "kms",
    calls: /^(CancelKeyDeletion|EnableKey)$/,
    phase: "ordinary",
    technique: null,
    effect: "put the key {} back into use",
    target: keyOf,
  },
  {
    of: "kms",
    calls: /^PutKeyPolicy$/,
    phase: "theft",
    technique: "T1098.003",
    effect: "changed the policy of the key {}",
    target: keyOf,
    means: policyFor("the key", "policy"),
  },
  {
    of: "kms",
    calls: /^CreateGrant$/,
    phase: "theft",
    technique: "T1098.003",
    effect: "granted the use of the key {}",
    target: keyOf,
    means: granted,
  },
];
