import { stableIdOf } from "../principal/principal.ts";
import { identityOf } from "./eligibility.ts";

/**
 * Whether an entry of `protected.principals` means one of these names of a principal. The entry may be an ARN with or
 * without its path, a plain name, a unique id or a key: whichever of them a source happens to give, the principal is
 * spared by every action. IAM names are unique without regard to case.
 */
export const isListedAs = (entry: string, names: readonly (string | null | undefined)[]): boolean => {
  const wanted = entry.includes(":") ? identityOf(entry).toLowerCase() : entry.toLowerCase();
  return names.some((name) => name !== null && name !== undefined && name !== "" && formsOf(name).includes(wanted));
};

/** As it is, without its path or session, by its stable id, and plainly. */
const formsOf = (name: string): readonly string[] => {
  const identity = identityOf(name).toLowerCase();
  const plain = /^(?:user|role):\d{12}:(.+)$/.exec(identity)?.[1] ?? [];
  return [name.toLowerCase(), identity, stableIdOf(name).toLowerCase()].concat(plain);
};
