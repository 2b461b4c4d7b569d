/** What each value of the context allows by itself and all of them together do not. */
import type { Fault } from "../base/errors.ts";
import { opensCase } from "../core/finding/finding.ts";
import { DRILL_TYPE } from "../core/finding/samples.ts";
import type { Settings } from "../core/settings.ts";
import { partitionNamed, partitionOf } from "./partitions.ts";

/** The values that speak of each other; those of `context.ts` are more. */
export interface Placed {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly findingRegions: readonly string[];
  readonly memberAccounts: readonly string[];
  readonly organization: { readonly id: string } | null;
  readonly logs: {
    readonly bucket: string | null;
    readonly owner?: string | undefined;
    readonly prefix: string;
    readonly organizationId: string | null;
    readonly regions: readonly string[];
    readonly keyArn: string | null;
    readonly securityLake: unknown;
  };
  readonly hunt: { readonly accounts: readonly string[] | null } | null;
  readonly breakGlassRole: string | null;
  readonly page: { readonly certificateArn: string | null; readonly identity: unknown } | null;
}

/** Templates that CloudFormation would refuse halfway, or that would search where nothing lies; by path, all at once. */
export const placeFaults = (context: Placed): readonly Fault[] => [
  ...partitionFaults(context),
  ...trailFaults(context),
  ...memberFaults(context),
  // The table enumerates them: one that is named twice would be read and counted twice.
  ...twice("cordon.memberAccounts", context.memberAccounts),
  ...twice("cordon.logs.regions", context.logs.regions),
  ...twice("cordon.findingRegions", [...context.findingRegions, context.region]),
];

const partitionFaults = ({
  partition,
  region,
  findingRegions,
  logs,
  breakGlassRole,
  page,
}: Placed): readonly Fault[] => {
  const regions = [
    ["cordon.region", region],
    ...logs.regions.map((one, at) => [`cordon.logs.regions.${at}`, one]),
    ...findingRegions.map((one, at) => [`cordon.findingRegions.${at}`, one]),
  ] as const;
  const arns = [
    ["cordon.breakGlassRole", breakGlassRole],
    ["cordon.logs.keyArn", logs.keyArn],
    ["cordon.page.certificateArn", page?.certificateArn ?? null],
  ] as const;
  const certificate = page?.certificateArn?.split(":")[3];
  return [
    ...regions
      .filter(([, one]) => partitionOf(one!).id !== partition)
      .map(([path, one]) => ({ path: path!, expected: `a region of cordon.partition, ${partition}`, got: one! })),
    ...arns.flatMap(([path, arn]) =>
      arn === null || arn.split(":")[1] === partition
        ? []
        : [{ path, expected: `an ARN of cordon.partition, ${partition}`, got: arn }],
    ),
    ...(certificate === undefined || certificate === region
      ? []
      : [{ path: "cordon.page.certificateArn", expected: `a certificate in ${region}`, got: certificate }]),
    ...(page !== null && page.identity === null && !partitionNamed(partition).hasUserPools
      ? [
          {
            path: "cordon.page.identity",
            expected: "a provider of yours: there are no user pools here",
            got: "nothing",
          },
        ]
      : []),
  ];
};

/** A trail that `CordonTrailStack` makes is of this account alone, without a prefix or a key of its own. */
const trailFaults = ({ account, logs }: Placed): readonly Fault[] => {
  if (logs.bucket !== null) return [];
  const own = { owner: logs.owner === account ? undefined : logs.owner, prefix: logs.prefix || undefined };
  const said = { ...own, organizationId: logs.organizationId ?? undefined, keyArn: logs.keyArn ?? undefined };
  return Object.entries(said).flatMap(([name, got]) =>
    got === undefined
      ? []
      : [{ path: `cordon.logs.${name}`, expected: "nothing where logs.bucket is null: the trail made has none", got }],
  );
};

/** Either a list or an organisation; and whose bucket the logs of an organisation lie in is said, not guessed. */
const memberFaults = ({ memberAccounts, organization, logs, hunt }: Placed): readonly Fault[] => [
  ...(hunt !== null && (hunt.accounts === null) === (organization !== null)
    ? [
        {
          path: "cordon.hunt.accounts",
          expected:
            organization === null ? "nothing: those of memberAccounts are read" : "the accounts whose logs are read",
          got: organization === null ? "accounts" : "nothing",
        },
      ]
    : []),
  ...(memberAccounts.length > 0 === (organization === null)
    ? []
    : [
        {
          path: "cordon.memberAccounts",
          expected: "accounts here, or cordon.organization, and not both",
          got: organization === null ? "nothing" : "both",
        },
      ]),
  ...((organization !== null || logs.organizationId !== null) && logs.bucket !== null && logs.owner === undefined
    ? [{ path: "cordon.logs.owner", expected: "the account that owns the log archive's bucket", got: "nothing" }]
    : []),
];

const twice = (path: string, values: readonly string[]): readonly Fault[] =>
  values.flatMap((value, at) =>
    values.indexOf(value) === at ? [] : [{ path: `${path}.${at}`, expected: "each once", got: value }],
  );

/** A drill whose sample would open no case. GuardDuty's samples of that type have severity 8. */
export const drillFaults = ({ drill }: { readonly drill: boolean }, settings: Settings): readonly Fault[] =>
  !drill || opensCase({ type: DRILL_TYPE, severity: 8 }, settings)
    ? []
    : [{ path: "settings.openOn", expected: `${DRILL_TYPE}, which the drill of cordon.drill makes`, got: "not it" }];

/** An Identity Center that no role of ours could ask. */
export const centerFaults = (
  { memberAccounts, organization, partition }: Pick<Placed, "memberAccounts" | "organization" | "partition">,
  { identityCenter }: Settings,
): readonly Fault[] => {
  if (identityCenter === undefined) return [];
  const { accountId, instanceArn } = identityCenter;
  return [
    ...(organization !== null || memberAccounts.includes(accountId)
      ? []
      : [{ path: "settings.identityCenter.accountId", expected: "one of cordon.memberAccounts", got: accountId }]),
    ...(instanceArn.split(":")[1] === partition
      ? []
      : [
          {
            path: "settings.identityCenter.instanceArn",
            expected: `an ARN of cordon.partition, ${partition}`,
            got: instanceArn,
          },
        ]),
  ];
};

/** What is allowed and somebody may not have meant: an id for the warning, and the sentence. */
export const doubts = (
  context: Placed & { readonly externalId: string; readonly settings: string },
  { classification, scan }: Settings,
): readonly (readonly [id: string, says: string])[] => {
  const { partition, account, memberAccounts, logs, externalId, settings, hunt } = context;
  const { globalRegion: global, hasMacie } = partitionNamed(partition);
  const others = memberAccounts.filter((one) => one !== account);
  const found: readonly (readonly [string, string, boolean])[] = [
    ["placeholder-external-id", "externalId is the one of the example: anybody knows it", /^replace-/.test(externalId)],
    [
      "example-settings",
      "settings are the example's: its keys belong to nobody, so that nobody can approve",
      /(^|\/)settings\.example\.json$/.test(settings),
    ],
    [
      "no-global-region",
      `logs.regions is without ${global}, where IAM and STS put their events: what an actor did there is not searched`,
      global !== null && !logs.regions.includes(global),
    ],
    [
      "trail-of-one-account",
      `logs.bucket is null: the trail made records ${account} alone, and nothing of ${others.length === 0 ? "the other accounts" : others.join(", ")}`,
      logs.bucket === null && (others.length > 0 || context.organization !== null),
    ],
    [
      "no-member-here",
      `memberAccounts is without ${account}: deploy CordonTrailStack and CordonStack by name, and CordonMemberStack in the members alone`,
      context.organization === null && !memberAccounts.includes(account),
    ],
    [
      "no-macie",
      "Macie is not offered in this partition: how sensitive the loot is stays unknown; set classification.enabled to false",
      !hasMacie && classification.enabled,
    ],
    [
      "scans-refused",
      "what a scan of Security Lake would read cannot be estimated, and scan.unknownEstimate is refuse: every scan of every case is refused; set it to allow, and scanCapBytes to what a query may read",
      logs.securityLake !== null && scan?.unknownEstimate === "refuse",
    ],
    [
      "hunts-refused",
      "what a hunt over Security Lake would read cannot be estimated: none begins until scan.unknownEstimate is allow",
      logs.securityLake !== null && hunt !== null && scan?.unknownEstimate !== "allow",
    ],
  ];
  return found.filter(([, , isSo]) => isSo).map(([id, says]) => [id, says]);
};
