/**
 * What the account's trails are set to record, as CloudTrail itself says. It tells a bucket that nobody touched from one
 * whose reads were never on record, which logs alone cannot.
 */
import type { Account } from "../../ports.ts";
import { isApiError } from "../errors.ts";
import { recordsReads, type Selectors } from "./trailSelectors.ts";

/** A trail as it was when it was read; what it recorded earlier is the same unless an event says otherwise. */
export interface KnownTrail {
  readonly arn: string;
  readonly homeRegion: string | null;
  readonly isMultiRegion: boolean;
  /** Log files carry digests that CloudTrail signs. */
  readonly isValidated: boolean;
  readonly isLogging: boolean;
  readonly selectors: Selectors;
}

/** The document `trails.json`. */
export interface TrailFacts {
  readonly schema: "cordon/trails/v1";
  /** ISO 8601 UTC. */
  readonly readAt: string;
  readonly trails: readonly KnownTrail[];
  /** Not empty: other trails may record more than `trails` says. */
  readonly notKnown: readonly { readonly what: string; readonly reason: string }[];
}

type Doc = Readonly<Record<string, unknown>>;
type Place = { readonly accountId: string; readonly region: string; readonly now: string };

/** Asks CloudTrail for every trail that records in this account and region. Never throws because a read failed. */
export const readTrails = async (place: Place, account: Account): Promise<TrailFacts> => {
  const ask = async (operation: string, input: Doc): Promise<Doc> =>
    (await account.call({ service: "cloudtrail", operation, ...pick(place), input })).output;
  const notKnown: { what: string; reason: string }[] = [];
  const guarded = async <T>(what: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      notKnown.push({ what, reason: isApiError(error) ? error.awsCode : String(error) });
      return null;
    }
  };
  const listed = await guarded("trails", () => ask("DescribeTrails", { includeShadowTrails: true }));
  const trails = await Promise.all(
    ((listed?.trailList ?? []) as readonly Doc[]).map((trail) =>
      guarded(String(trail.TrailARN), () => trailOf(trail, ask)),
    ),
  );
  return {
    schema: "cordon/trails/v1",
    readAt: place.now,
    trails: trails.filter((trail) => trail !== null),
    notKnown,
  };
};

const pick = ({ accountId, region }: Place) => ({ accountId, region });

const trailOf = async (trail: Doc, ask: (operation: string, input: Doc) => Promise<Doc>): Promise<KnownTrail> => {
  const arn = String(trail.TrailARN);
  const status = await ask("GetTrailStatus", { Name: arn });
  const selectors = await ask("GetEventSelectors", { TrailName: arn });
  return {
    arn,
    homeRegion: typeof trail.HomeRegion === "string" ? trail.HomeRegion : null,
    isMultiRegion: trail.IsMultiRegionTrail === true,
    isValidated: trail.LogFileValidationEnabled === true,
    isLogging: status.IsLogging === true,
    selectors: {
      basic: (selectors.EventSelectors ?? []) as Selectors["basic"],
      advanced: (selectors.AdvancedEventSelectors ?? []) as Selectors["advanced"],
    },
  };
};

/**
 * Whether reads of a bucket's objects are recorded by settings: `on` by one trail at least, `off` by none of those that
 * are there, `unknown` where a trail would not say. A trail that was stopped counts as set to record: when it stopped is
 * in the events.
 */
export const recordingOf = (facts: TrailFacts | null, bucket: string, region: string): "on" | "off" | "unknown" => {
  if (facts === null) return "unknown";
  const here = facts.trails.filter(({ isMultiRegion, homeRegion }) => isMultiRegion || homeRegion === region);
  if (here.some(({ arn, selectors }) => recordsReads(selectors, bucket, arn.split(":")[1]!))) return "on";
  return facts.notKnown.length === 0 ? "off" : "unknown";
};
