export const roleSessionOf = (principalId: string | null): string | null => {
  if (principalId === null) return null;
  const colon = principalId.indexOf(":");
  return colon === -1 ? null : principalId.slice(colon + 1);
};

/** The stable id in front of the colon: `AROA…`, `AIDA…`, or the account id of root. */
export const stableIdOf = (principalId: string): string => principalId.split(":", 1)[0]!;
