/**
 * List prices in US dollars, us-east-1, before any free tier, as published by AWS and read in November 2026 at the latest;
 * where we could not read the page itself the figure is a restatement (docs/cost.md names which). Another region or a
 * contract: hand in a file with the members that differ.
 */
export interface Prices {
  /** Athena, per terabyte read; 10 MB at least per query. */
  readonly athenaTerabyte: number;
  /** Macie, per gigabyte that a job reads (first 50 TB a month). */
  readonly macieGigabyte: number;
  /** Step Functions Standard, per thousand state transitions. */
  readonly transitionThousand: number;
  /** Lambda on arm64, per gigabyte-second, and per million requests. */
  readonly lambdaGigabyteSecond: number;
  readonly lambdaMillion: number;
  /** KMS: a key per month; ten thousand asymmetric and ten thousand other requests. */
  readonly kmsKey: number;
  readonly kmsSignTenThousand: number;
  readonly kmsTenThousand: number;
  /** S3 Standard: a gigabyte-month; a thousand writes or listings; a thousand reads. */
  readonly s3Gigabyte: number;
  readonly s3WriteThousand: number;
  readonly s3ReadThousand: number;
  /** CloudTrail, per hundred thousand data events recorded. */
  readonly dataEventHundredThousand: number;
  /** CloudWatch: an alarm, a dashboard, a gigabyte of logs taken in. */
  readonly alarm: number;
  readonly dashboard: number;
  readonly logGigabyte: number;
}

/** For whoever reads a figure made with them. */
export const LIST_PRICES_SOURCE =
  "AWS list prices, us-east-1, US dollars without taxes and free tiers, read in November 2026 at the latest";

export const LIST_PRICES: Prices = {
  athenaTerabyte: 5,
  macieGigabyte: 1,
  transitionThousand: 0.025,
  lambdaGigabyteSecond: 0.0000133334,
  lambdaMillion: 0.2,
  kmsKey: 1,
  kmsSignTenThousand: 0.15,
  kmsTenThousand: 0.03,
  s3Gigabyte: 0.023,
  s3WriteThousand: 0.005,
  s3ReadThousand: 0.0004,
  dataEventHundredThousand: 0.1,
  alarm: 0.1,
  dashboard: 3,
  logGigabyte: 0.5,
};
