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

export interface Sign {
  readonly id: SignId;
  readonly says: string;
}
