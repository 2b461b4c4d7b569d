import { CERTAINTIES, type Certainty } from "../../case/objects.ts";
import type { Hinted, HintKind, SensitivityHints, TagSample } from "../../case/opinion.ts";

/** A rule over the name of an object. `words` are whole words of the key; `ends` are whole ends of its last part. */
export interface HintRule {
  readonly id: string;
  readonly kind: HintKind;
  readonly words?: readonly string[];
  readonly ends?: RegExp;
  /** What a name of this kind usually means, and for a credential what must be replaced. */
  readonly means: string;
}

/** Names are hints, never proof: nothing here says that the content is what the name says. In order of gravity. */
export const HINT_RULES: readonly HintRule[] = [
  {
    id: "private-key",
    kind: "credential",
    ends: /^(id_(rsa|dsa|ecdsa|ed25519)|.*\.(pem|ppk|key|p8))$/s,
    means: "A private key or certificate: replace the key pair and revoke its certificates.",
  },
  {
    id: "key-store",
    kind: "credential",
    ends: /^.*\.(p12|pfx|jks|keystore|kdbx|ovpn)$/s,
    means: "A key store: replace every key and password in it.",
  },
  {
    id: "environment-file",
    kind: "credential",
    ends: /^(\.env(\..*)?|.*\.env|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.htpasswd|\.dockercfg)$/s,
    means: "Settings with secrets of an application: replace every secret in it.",
  },
  {
    id: "cloud-credentials",
    kind: "credential",
    ends: /^(credentials|accesskeys?\.csv|.*[_-]accesskeys?\.csv|.*service[-_]?account.*\.json|kubeconfig|.*\.tfstate)$/s,
    means: "Keys of a cloud or cluster: deactivate and replace them.",
  },
  {
    id: "credential-words",
    kind: "credential",
    words: [
      "credential",
      "credentials",
      "password",
      "passwords",
      "passwd",
      "secret",
      "secrets",
      "apikey",
      "apikeys",
      "token",
      "tokens",
    ],
    means: "Named after a secret: look into it and replace what it holds.",
  },
  {
    id: "personal-words",
    kind: "personal",
    words: [
      "pii",
      "ssn",
      "passport",
      "passports",
      "personal",
      "customer",
      "customers",
      "gdpr",
      "kyc",
      "birthdate",
      "dob",
    ],
    means: "Named after data about persons.",
  },
  {
    id: "financial-words",
    kind: "financial",
    words: [
      "payroll",
      "salary",
      "salaries",
      "iban",
      "creditcard",
      "creditcards",
      "pci",
      "invoice",
      "invoices",
      "tax",
      "finance",
      "financial",
    ],
    means: "Named after payments or pay.",
  },
  {
    id: "health-words",
    kind: "health",
    words: ["phi", "hipaa", "patient", "patients", "medical", "diagnosis", "health"],
    means: "Named after data on health.",
  },
  {
    id: "confidential-words",
    kind: "confidential",
    words: ["confidential", "restricted", "classified", "proprietary", "privileged", "legal", "nda"],
    means: "Marked as not for everybody.",
  },
  {
    id: "backup-or-dump",
    kind: "bulk",
    words: ["backup", "backups", "dump", "dumps", "snapshot", "export", "exports"],
    ends: /^.*\.(bak|dump|sql|sql\.gz|dmp|rdb)$/s,
    means: "A copy of a whole store: it holds what the store held.",
  },
];

/** A stolen object as the ledger has it. `tags` where a source gave them. */
export interface Named {
  readonly bucket: string;
  readonly key: string;
  readonly certainty: Certainty;
  readonly tags?: Readonly<Record<string, string>>;
}

const KEPT = 1000;
/** `pii=false` says that it is not. */
const NEGATIVE = /^(false|no|none|0|n\/a|public|not[ _-].*|non[ _-].*)$/i;
const NOTE =
  "Told from names and tags alone. A name is no content: classification says more, and an object without a hint may be as sensitive.";

/** Hints over everything stolen; what is only an upper bound is hinted at too, and not put on the rotation list. */
export const hintsOf = (stolen: readonly Named[], tags?: TagSample): SensitivityHints => {
  // Of an object taken on several ways the surest counts: the last entry of a key wins in a map.
  const surestLast = stolen.toSorted((a, b) => CERTAINTIES.indexOf(b.certainty) - CERTAINTIES.indexOf(a.certainty));
  const distinct = [...new Map(surestLast.map((one) => [`${one.bucket}\n${one.key}`, one])).values()];
  const hinted = distinct
    .map((one) => ({ ...one, rules: rulesFor(one) }))
    .filter(({ rules }) => rules.length > 0)
    .toSorted((a, b) => rankOf(a) - rankOf(b) || compare(a.bucket, b.bucket) || compare(a.key, b.key));
  return {
    schema: "cordon/sensitivity-hints/v1",
    note: NOTE,
    ...(tags === undefined ? {} : { tags }),
    objects: distinct.length,
    hinted: hinted.length,
    rules: HINT_RULES.map(({ id, kind, means }) => ({
      id,
      kind,
      means,
      objects: countOf(hinted, id),
      certain: countOf(
        hinted.filter(({ certainty }) => certainty === "certain"),
        id,
      ),
    })),
    list: hinted.slice(0, KEPT).map(({ bucket, key, certainty, rules, tags }) => ({
      bucket,
      key,
      certainty,
      rules,
      ...(tags === undefined ? {} : { tags }),
    })),
    rotation: hinted.flatMap(rotationOf),
  };
};

/** The ids of the rules that a name or a tag meets, gravest first. */
export const rulesFor = ({ bucket, key, tags = {} }: Pick<Named, "bucket" | "key" | "tags">): readonly string[] => {
  const told = Object.entries(tags)
    .filter(([, value]) => !NEGATIVE.test(value.trim()))
    .flat();
  const met = new Set([key, bucket, ...told].flatMap(wordsOf).flatMap((word) => RULES_OF_WORDS.get(word) ?? []));
  const last = key.slice(key.lastIndexOf("/") + 1).toLowerCase();
  return HINT_RULES.filter((rule) => met.has(rule) || rule.ends?.test(last) === true).map(({ id }) => id);
};

const RULES_OF_WORDS: ReadonlyMap<string, readonly HintRule[]> = new Map(
  HINT_RULES.flatMap(({ words = [] }) => words).map((word) => [
    word,
    HINT_RULES.filter(({ words = [] }) => words.includes(word)),
  ]),
);

/** `customerPII-2024.csv` has the words customer, pii, 2024 and csv. */
const wordsOf = (text: string): readonly string[] =>
  text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

const rankOf = ({ rules }: Hinted): number => HINT_RULES.findIndex(({ id }) => id === rules[0]);
const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
const countOf = (hinted: readonly Hinted[], id: string): number =>
  hinted.filter(({ rules }) => rules.includes(id)).length;

const rotationOf = ({ bucket, key, certainty, rules }: Hinted): SensitivityHints["rotation"] => {
  const rule = HINT_RULES.find(({ id, kind }) => kind === "credential" && rules.includes(id));
  return rule === undefined || certainty === "upper-bound"
    ? []
    : [{ bucket, key, certainty, rule: rule.id, means: rule.means }];
};
