import { ApiError } from "../../base/errors.ts";
import type { Json } from "./store.ts";

/**
 * The account as the operations see it: settings by name, a change laid over the snapshot. `undefined` means that no
 * snapshot covers the setting, `null` that it is known not to exist.
 */
export interface AccountView {
  readonly accountId: string;
  /** Why the snapshot that was given is not believed; null: it is, or none was given. */
  readonly doubt: string | null;
  find(name: string): Json | undefined;
  write(name: string, value: Json): void;
  /** Names of all settings of the snapshot with the prefix, overlay included; sorted. */
  names(prefix: string): readonly string[];
}

export type Input = Readonly<Record<string, unknown>>;
export type Output = Readonly<Record<string, unknown>>;
export type Doc = Readonly<Record<string, Json>>;

/** One call of an API. Throws ApiError with the service's own code; writes nothing then. */
export type Operation = (world: AccountView, input: Input, operation: string) => Output;
export type Operations = Readonly<Record<string, Operation>>;

/** A required string member of an input. Throws ValidationError, as the services do. */
export const textOf = (input: Input, member: string, operation: string): string => {
  const value = input[member];
  if (typeof value === "string" && value !== "") return value;
  throw new ApiError(
    operation,
    "ValidationError",
    `${member}: expected a non-empty string, got ${JSON.stringify(value)}`,
  );
};

/** What is known of a setting. Throws NotKnown when no snapshot covers it. */
export const known = (world: AccountView, name: string, operation: string): Json => {
  const value = world.find(name);
  if (value !== undefined) return value;
  const reason =
    world.doubt === null ? `no snapshot that was given holds ${name}` : `${name} is not known: ${world.doubt}`;
  throw new ApiError(operation, "NotKnown", reason, world.doubt ?? undefined);
};

/** A setting that must exist. Throws `awsCode` when it is known not to. */
export const existing = (world: AccountView, name: string, operation: string, awsCode: string): Doc => {
  const value = known(world, name, operation);
  if (value !== null) return value as Doc;
  throw new ApiError(operation, awsCode, `${name} cannot be found`);
};

export const listOf = (doc: Doc, member: string): readonly Doc[] => (doc[member] ?? []) as readonly Doc[];

/** A JSON value as a setting; what is not JSON (dates, undefined members) becomes its JSON form. */
export const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
