/** The rules of seven peers, as facts: title and place. `rules.tsv` says which sample meets a rule, or why it is not relevant. */
import { readFileSync } from "node:fs";

/** Repository and the commit that was read. */
export const PEERS = {
  Panther: ["panther-labs/panther-analysis", "daa10c888566839e9918dfba1cd652743781e5fe"],
  Elastic: ["elastic/detection-rules", "14cf530f0d2177023092449cd9d9348b4a8884c2"],
  Sigma: ["SigmaHQ/sigma", "8eaafff1f2845a696050e05e72ba1140ee190698"],
  Splunk: ["splunk/security_content", "b13b314aed0e1778335a55620474e7d27289a20a"],
  Turbot: ["turbot/tailpipe-mod-aws-cloudtrail-log-detections", "d3d203a331f6c9db36867358f1c52cf5fbb4450c"],
  Suzaku: ["Yamato-Security/suzaku-rules", "53068eff1d92c30d04d479f68f7ba3609a28c1b7"],
  Stratus: ["DataDog/stratus-red-team", "7c9a7a5a63dc370260a6528dd0d30476854806c1"],
} as const;
export type Peer = keyof typeof PEERS;

/** Why a rule is nothing to a case of theft from S3. */
export const NOT_RELEVANT: Readonly<Record<string, string>> = {
  mail: "abuse of a mail service, not theft of data",
  network: "network of machines, not the way of data out of S3",
  compute: "machines and containers run for their own sake",
  dns: "domain names and DNS zones",
  billing: "bills, quotas, support and marketplace",
  models: "use of models at the owner's cost",
  baseline: "needs months of every identity's habits; a case has its own baseline",
  "other-logs": "reads other logs than those of a case",
  alerts: "counts alerts of other products",
  posture: "a setting that is weak from the start, no act of an actor",
  "any-call": "fires on any call of a kind: no sign by itself",
  iot: "services that hold no data of buckets",
  signal: "a signal for a correlation, no alert by itself",
  benign: "the opposite of a threat: something made, started or strengthened",
  outage: "an outage of a service, not theft or its traces",
};

export interface PeerRule {
  readonly peer: Peer;
  /** Path in the repository; in Turbot's, the detection after `#`. */
  readonly rule: string;
  readonly title: string;
  /** Name of the events that meet it (samples.ts); empty: it is not relevant. */
  readonly sample: string;
  /** A key of `NOT_RELEVANT`; empty: it is relevant. */
  readonly because: string;
}

export const rules: readonly PeerRule[] = readFileSync(new URL("./rules.tsv", import.meta.url), "utf8")
  .replace(/\n$/, "")
  .split("\n")
  .slice(1)
  .map((line) => {
    const [peer, rule, title, sample, because] = line.split("\t");
    return { peer: peer as Peer, rule: rule!, title: title!, sample: sample!, because: because! };
  });
