import { ACCOUNT, LOG_BUCKET, REGION, TRAIL } from "./cast.ts";
import type { Doc } from "./records.ts";
import type { Aftermath } from "./story.ts";

const ARN = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${TRAIL}`;

/** What CloudTrail says about itself: outputs of its reads by operation name. S3 data events are on for all buckets. */
export const trailSettings = ({ loggingStopped }: Aftermath): Doc => ({
  DescribeTrails: {
    trailList: [
      {
        Name: TRAIL,
        S3BucketName: LOG_BUCKET,
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: true,
        HomeRegion: REGION,
        TrailARN: ARN,
        LogFileValidationEnabled: false,
        HasCustomEventSelectors: true,
        HasInsightSelectors: false,
        IsOrganizationTrail: false,
      },
    ],
  },
  GetEventSelectors: {
    TrailARN: ARN,
    EventSelectors: [
      {
        ReadWriteType: "All",
        IncludeManagementEvents: true,
        DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3"] }],
        ExcludeManagementEventSources: [],
      },
    ],
  },
  GetTrailStatus: {
    IsLogging: !loggingStopped,
    StartLoggingTime: "2023-01-09T08:12:30+00:00",
    ...(loggingStopped ? { StopLoggingTime: "2026-02-23T04:12:41+00:00" } : {}),
  },
});

/**
 * The same as `services.json` holds it for containment and coverage: answers by service, operation and what was asked.
 * There is no VPC endpoint for S3.
 */
export const serviceAnswers = (aftermath: Aftermath): Doc => {
  const { DescribeTrails, GetEventSelectors, GetTrailStatus } = trailSettings(aftermath) as Record<string, Doc>;
  return {
    cloudtrail: {
      DescribeTrails: { "": DescribeTrails },
      GetTrail: { [ARN]: { Trail: (DescribeTrails!.trailList as readonly Doc[])[0] } },
      GetTrailStatus: { [ARN]: GetTrailStatus },
      GetEventSelectors: { [ARN]: GetEventSelectors },
    },
    ec2: { DescribeVpcEndpoints: { "": { VpcEndpoints: [] } } },
  };
};
