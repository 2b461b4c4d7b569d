export const SIGNS = {
  "new-network": "context",
  anonymous: "context",
  "foreign-account": "context",
  "listed-range": "context",
  "off-hours": "context",
  "machine-credentials": "context",
  burst: "amount",
  "bytes-against-habit": "amount",
  "new-buckets": "amount",
  refusals: "manner",
  "looking-around": "manner",
  "copies-out": "amount",
  "deleted-after-reading": "deed",
  "covered-tracks": "deed",
  "opened-door": "deed",
  "own-credentials": "deed",
  "took-secrets": "deed",
} as const;
export type SignId = keyof typeof SIGNS;

/** What puts one before another of the same level: who is a stranger, then what no honest routine does, then the rest. */
export const weightOf = (id: SignId): number => {
  if (id === "foreign-account" || id === "anonymous") return 3;
  return SIGNS[id] === "deed" || id === "copies-out" || id === "listed-range" || id === "machine-credentials" ? 2 : 1;
};

export interface Sign {
  readonly id: SignId;
  readonly says: string;
}
