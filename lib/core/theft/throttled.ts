/** Errors that say "not now": a read that was throttled was neither refused nor tried in vain by somebody without rights. */
const NOT_NOW =
  /^(SlowDown|.*Throttl.*|RequestLimitExceeded|ServiceUnavailable|InternalError|InternalFailure|RequestTimeout|503.*)$/i;

export const isThrottled = (errorcode: string | null): boolean => errorcode !== null && NOT_NOW.test(errorcode);
