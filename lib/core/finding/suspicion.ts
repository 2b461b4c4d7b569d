/** The type of the statement that stands in a finding's place when a person opens a case (`lib/response/hunt`). */
export const SUSPICION_TYPE = "Cordon:S3/Suspicion";

export const isSuspicion = (type: string): boolean => type === SUSPICION_TYPE;
