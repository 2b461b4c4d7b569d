/**
 * Members whose values open doors, by their letters alone: `secretAccessKey`, `SecretAccessKey`, `X-Amz-Security-Token`.
 * CloudTrail blanks some of them and not others: the session token of an AssumeRole stands in the log in full.
 */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  "authorization",
  "base32stringseed",
  "clientsecret",
  "copysourcessecustomerkey",
  "keymaterial",
  "masteruserpassword",
  "newpassword",
  "oldpassword",
  "password",
  "plaintext",
  "privatekey",
  "qrcodepng",
  "secretaccesskey",
  "secretbinary",
  "secretkey",
  "secretstring",
  "securitytoken",
  "servicepassword",
  "sessiontoken",
  "signature",
  "signintoken",
  "ssecustomerkey",
  "userdata",
  "xamzsecuritytoken",
  "xamzserversideencryptioncustomerkey",
  "xamzsignature",
]);
/** Members whose own members are all secret: environment variables of a function. */
const SECRET_MAPS: ReadonlySet<string> = new Set(["environment.variables", "environmentresponse.variables"]);
/** What AWS itself put in the place of a secret says more than our mark. */
const ALREADY_HIDDEN = /^(?:HIDDEN_DUE_TO_SECURITY_REASONS|\*+|<sensitiveDataRemoved>|)$/;
const HINT =
  /secret|token|password|private|keymaterial|signature|authorization|seed|qrcode|customer-?key|userdata|plaintext|variables/i;
const IN_URL = /((?:x-amz-security-token|x-amz-signature|sigv4|signintoken)=)[^&\s"'\\]+/gi;
const IN_TEXT =
  /("?(?:secretAccessKey|sessionToken|securityToken|password|privateKey|keyMaterial)\\*"?\s*[:=]\s*\\*"?)[^"\\\s,;}&]+/gi;

export const REMOVED = "[removed: secret]";

/**
 * The same value without secrets: members with the names above are replaced, at any depth, and inside texts that hold
 * JSON (`requestParameters` as a column) or a presigned URL. Access key ids stay: they name a credential and open nothing.
 */
export function withoutSecrets<Value>(value: Value): Value {
  return clean(value, "") as Value;
}

/** The value itself where it holds no secret: most rows do not. */
function clean(value: unknown, path: string): unknown {
  if (typeof value === "string") return cleanText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => clean(item, path));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  let cleaned: Record<string, unknown> | null = null;
  for (const [name, member] of Object.entries(value)) {
    const now = cleanMember(name, member, path);
    if (now === member) continue;
    cleaned ??= { ...value };
    cleaned[name] = now;
  }
  return cleaned ?? value;
}

function cleanMember(name: string, member: unknown, path: string): unknown {
  const letters = lettersOf(name);
  if (SECRET_NAMES.has(letters)) return hide(member);
  if (SECRET_MAPS.has(`${path}.${letters}`)) return hide(member);
  return clean(member, letters);
}

/** Names that came before, as the columns of a query do with every row. */
const known = new Map<string, string>();
const MOST_KNOWN = 2000;

function lettersOf(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const letters = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (known.size < MOST_KNOWN && name.length < 100) known.set(name, letters);
  return letters;
}

/** A flag or a number under such a name (`password: true` in a policy) is no secret; texts, and all texts below, are. */
function hide(member: unknown): unknown {
  if (typeof member === "string") return ALREADY_HIDDEN.test(member) ? member : REMOVED;
  if (Array.isArray(member)) return member.map(hide);
  if (typeof member !== "object" || member === null) return member;
  return Object.fromEntries(Object.entries(member).map(([name, inner]) => [name, hide(inner)]));
}

function cleanText(text: string): string {
  if (!HINT.test(text)) return text;
  const parsed = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  if (parsed === undefined) return text.replace(IN_URL, `$1${REMOVED}`).replace(IN_TEXT, `$1${REMOVED}`);
  const before = JSON.stringify(parsed);
  const after = JSON.stringify(clean(parsed, ""));
  return after === before ? text : after;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
