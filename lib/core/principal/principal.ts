export const roleSessionOf = (principalId: string | null): string | null => {
  if (principalId === null) return null;
  const colon = principalId.indexOf(":");
  return colon === -1 ? null : principalId.slice(colon + 1);
};

/** The stable id in front of the colon: `AROA…`, `AIDA…`, or the account id of root. */
export const stableIdOf = (principalId: string): string => principalId.split(":", 1)[0]!;

/** The ARN of the role behind a session ARN; other ARNs as they are. The path of the role is not in a session ARN. */
export const roleArnOf = (arn: string): string =>
  arn.replace(/^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/.*$/s, "arn:$1:iam::$2:role/$3");
