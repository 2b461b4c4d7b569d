import { isApiError } from "../../base/errors.ts";
import type { KnownTrail, Selectors, TrailFacts } from "../../case/trails.ts";
import type { Account } from "../../ports/ports.ts";

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
