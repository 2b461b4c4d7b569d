/** What differs between AWS's partitions, as data: a new one is a row. */
export interface Partition {
  readonly id: string;
  /** Its regions begin with one of these. */
  readonly regionPrefixes: readonly string[];
  /** Where IAM and STS put their events (CloudTrail user guide, global service events); null: not known here. */
  readonly globalRegion: string | null;
  readonly hasMacie: boolean;
  readonly hasUserPools: boolean;
}

/**
 * Region prefixes and partitions: the SDK's own table (partitions.json). Services: the pages of AWS China and of the European
 * Sovereign Cloud; of the isolated partitions nothing is published, so that what is doubtful counts as absent.
 */
export const PARTITIONS: readonly Partition[] = [
  row("aws-cn", ["cn-"], "cn-north-1", false, false),
  row("aws-us-gov", ["us-gov-"], "us-gov-west-1", true, true),
  row("aws-eusc", ["eusc-"], "eusc-de-east-1", false, true),
  row("aws-iso", ["us-iso-"], "us-iso-east-1", false, false),
  row("aws-iso-b", ["us-isob-"], "us-isob-east-1", false, false),
  row("aws-iso-e", ["eu-isoe-"], "eu-isoe-west-1", false, false),
  row("aws-iso-f", ["us-isof-"], "us-isof-south-1", false, false),
  row("aws", [""], "us-east-1", true, true),
];

function row(
  id: string,
  regionPrefixes: readonly string[],
  globalRegion: string | null,
  hasMacie: boolean,
  hasUserPools: boolean,
): Partition {
  return { id, regionPrefixes, globalRegion, hasMacie, hasUserPools };
}

/** The partition of a region; what no row knows is of `aws`. */
export const partitionOf = (region: string): Partition =>
  PARTITIONS.find(({ regionPrefixes }) => regionPrefixes.some((prefix) => region.startsWith(prefix)))!;

export const partitionNamed = (id: string): Partition => PARTITIONS.find((one) => one.id === id)!;
