import type { PrincipalRef } from "../case/principal.ts";

/**
 * Suspects as the finding and the logs name them, one per identity and credential: what one source leaves out of an
 * identity is taken from another that names the same one. References without a credential yield to those with one.
 */
export const identitiesOf = (refs: readonly PrincipalRef[]): readonly PrincipalRef[] => {
  const filled = refs.map((ref) => refs.filter((other) => isSame(ref, other)).reduce(fill, ref));
  const distinct = [
    ...new Map(filled.map((ref) => [JSON.stringify([ref.principalId, ref.arn, ref.accessKeyId]), ref])).values(),
  ];
  return distinct.filter(
    (ref) =>
      ref.accessKeyId !== null ||
      !distinct.some((other) => other !== ref && other.accessKeyId !== null && isSame(ref, other)),
  );
};

const isSame = (a: PrincipalRef, b: PrincipalRef): boolean =>
  (a.principalId !== null && a.principalId === b.principalId) || (a.arn !== null && a.arn === b.arn);

/** Everything but the credential, which is what tells two chains of one identity apart. */
const fill = (ref: PrincipalRef, other: PrincipalRef): PrincipalRef => ({
  ...ref,
  accountId: ref.accountId ?? other.accountId,
  principalId: ref.principalId ?? other.principalId,
  arn: ref.arn ?? other.arn,
  userName: ref.userName ?? other.userName,
  roleSession: ref.roleSession ?? other.roleSession,
  issuerArn: ref.issuerArn ?? other.issuerArn,
});
