-- Title: Start-up scripts of instances read
-- Severity: medium
-- Technique: T1552.005
-- Phase: credential access
-- Logs: management
-- Fires on: attempt
-- Rows: bursts of instances
-- Finds: callers who read the user data of several instances within an hour; of a suspect, of one.
-- Misses: user data read on the machine, from the metadata service.
-- Parameter: suspects
-- Parameter: instances = 5: Different instances within an hour that count
-- Parameter: instances of a suspect = 1: Different instances within an hour that count when a suspect asks
-- Origin: Datadog: Download EC2 Instance User Data (2026-08-19)
-- Origin: Elastic: AWS EC2 User Data Retrieval for EC2 Instance (2026-08-21)
-- Origin: Panther: AWS EC2 Download Instance User Data (2026-07-01)
-- Origin: Sigma: AWS EC2 Download Userdata (2026-08-05)
-- Blind spot: Whether a script holds a secret is not in the log.
-- False positive: Inventory tools.
SELECT *, coalesce(json_extract_scalar(requestparameters, '$.instanceId'), json_extract_scalar(requestparameters, '$.DescribeInstanceAttributeRequest.InstanceId'), json_extract_scalar(requestparameters, '$.launchTemplateId'), json_extract_scalar(requestparameters, '$.DescribeLaunchTemplateVersionsRequest.LaunchTemplateId')) AS item
FROM case_events
WHERE eventsource = 'ec2.amazonaws.com' AND principal_type IS DISTINCT FROM 'AWSService'
  AND ((eventname = 'DescribeInstanceAttribute' AND regexp_like(requestparameters, '(?i)"attribute"\s*:\s*"userData"')) OR eventname = 'DescribeLaunchTemplateVersions')
