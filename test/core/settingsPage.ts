import { z } from "zod";
import { SettingsSchema } from "../../lib/core/settings.ts";

export interface Field {
  /** As in `approvers[].oidc.issuer`. */
  readonly path: string;
  readonly type: string;
  readonly optional: boolean;
  /** One sentence, without what its absence means. */
  readonly sentence: string;
  /** What it means that the field is not there; null: it must be there. */
  readonly absent: string | null;
}

/** Values that depend on the machine or on the hour, in words. */
const DEFAULTS_IN_WORDS: Readonly<Record<string, string>> = {
  foundedAt: "when the file was made",
  approvers: "you",
  "approvers[].humanId": "your login name",
  "approvers[].keys": "of the key file made for you",
  "approvers[].since": "when the file was made",
};

/** What the CDK context (docs/deploy.md) says beside a field. No field of the settings is set by it. */
export const CONTEXT: Readonly<Record<string, string>> = {
  ownRoles: "the two member roles are added",
  scan: "over an `organization` filled in unless said: only the accounts concerned are read, and an unknown estimate refuses",
  webauthn: "needed where there is a `page`",
  "webauthn.origin": "must equal `page.origin`",
  "webauthn.rpId": "must be the host of `page.origin`, or what it ends in",
  "approvers[].oidc.issuer": "must equal `page.identity.issuer` where that is given",
  lookbackHours: "not before `logs.since`",
  "scan.maximumBytes": "`scanCapBytes` stops each query besides",
  "baseline.maximumBytes": "`scanCapBytes` stops each query besides",
  breakGlass: "another thing than `breakGlassRole`",
};

/** An object of a JSON schema, as far as this page reads it. */
interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
}

/** Every member of the settings, groups before their own members, in the order of the schema. */
export const fields = (): readonly Field[] => membersOf(z.toJSONSchema(SettingsSchema) as Node, "");

const membersOf = ({ properties = {}, required = [] }: Node, prefix: string): readonly Field[] =>
  Object.entries(properties).flatMap(([name, node]) => {
    const path = `${prefix}${name}`;
    const below =
      node.items?.properties === undefined ? membersOf(node, `${path}.`) : membersOf(node.items, `${path}[].`);
    return [{ path, type: typeOf(node), optional: !required.includes(name), ...wordsOf(node) }, ...below];
  });

const wordsOf = ({ description = "" }: Node): Pick<Field, "sentence" | "absent"> => {
  const [sentence, absent] = description.split(" Absent: ");
  return { sentence: sentence!, absent: absent?.replace(/\.$/, "") ?? null };
};

const typeOf = (node: Node): string => {
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(", or ");
  if (node.enum !== undefined) return node.enum.map((value) => `\`"${value}"\``).join(" or ");
  if (node.type === "array")
    return `list of ${typeOf(node.items!)}${node.minItems === undefined ? "" : "; at least one"}`;
  if (node.type === "string") return stringOf(node);
  return node.type === "object" ? "object" : `${node.type}${rangeOf(node.minimum, node.maximum)}`;
};

const stringOf = ({ format, pattern, minLength, maxLength }: Node): string => {
  if (format !== undefined) return `${format}${rangeOf(minLength, maxLength, " characters")}`;
  return pattern === undefined ? `string${rangeOf(minLength, maxLength, " characters")}` : `string \`${pattern}\``;
};

/** JSON's largest exact integer is no limit that anybody set. */
const rangeOf = (from: number | undefined, to = Number.MAX_SAFE_INTEGER, unit = ""): string => {
  if (to !== Number.MAX_SAFE_INTEGER) return `, ${from ?? 0} to ${to}${unit}`;
  if (from === undefined) return "";
  return from === 1 && unit !== "" ? " (not empty)" : `, at least ${from}${unit}`;
};

/** The page of the settings, from the schema, the defaults of a data directory and the example for AWS. */
export const settingsPage = (defaults: unknown, example: unknown): string =>
  [
    "<!-- Generated from SettingsSchema by CORDON_WRITE_DOCS=1. Do not edit. -->",
    "# Settings",
    "Every field of `settings.json`. In a data directory the first command writes the file with the defaults of the fourth column\n(`lib/embedded/settingsFile.ts`). In AWS you copy [settings.example.json](settings.example.json), which is the fifth column, name it in the\nmember `settings` of the CDK context, and deploy ([deploying](deploy.md)): no field is given by the context itself, and the last\ncolumn says which values of the context stand beside a field. Where the second column does not say what absence\nmeans, the field must be there (below an object that may be absent: where that is there), and an unknown field is refused: all faults\nare listed at once (`SETTINGS_INVALID`). The keys in the example belong to nobody.",
    "How people use what stands under `approvers`, `quorum` and `breakGlass`: [approval](approval.md). Change one of these, `webauthn`,\n`protected`, `exemptArns` or `mode`, and every plan made before is closed.",
    table(
      ["field", "type and range", "what it does", "data directory", "example for AWS", "CDK context"],
      fields().map((field) => [
        `\`${field.path}\``,
        field.absent === null ? field.type : `${field.type}; absent: ${field.absent}`,
        field.sentence,
        DEFAULTS_IN_WORDS[field.path] ?? shown(field, defaults),
        same(shown(field, example), shown(field, defaults)),
        CONTEXT[field.path] ?? "",
      ]),
    ),
  ].join("\n\n") + "\n";

/** The value in a file. Groups show nothing: their members do. */
const shown = ({ path, type, optional }: Field, file: unknown): string => {
  const value = path.split(/\[\]\.|\./).reduce<any>((at, name) => (Array.isArray(at) ? at[0] : at)?.[name], file);
  if (value === undefined) return optional ? "absent" : "";
  if (type === "object" || type === "list of object") return "";
  return Array.isArray(value) && value.length > 0
    ? value.map((one) => `\`${JSON.stringify(one)}\``).join(", ")
    : `\`${JSON.stringify(value)}\``;
};

/** A long value is written once. */
const same = (value: string, before: string): string => (value.length > 40 && value === before ? "the same" : value);

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");
const cell = (text: string): string => text.replaceAll("|", "\\|");
