-- Title: A VPC endpoint opened to everything
-- Severity: medium
-- Technique: T1562.007
-- Phase: collection
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: endpoint policies changed to allow everything to everybody, or put back to that.
-- Misses: endpoints made without a policy, which is the same and the default.
-- Parameters: none
-- Origin: Cordon: the gate of a VPC is where exfiltration by an own address is stopped
-- Blind spot: What the policy was before is not in the log.
-- False positive: Endpoints being set up.
SELECT *, eventname || ' ' || coalesce(coalesce(json_extract_scalar(requestparameters, '$.ModifyVpcEndpointRequest.VpcEndpointId'), json_extract_scalar(requestparameters, '$.vpcEndpointId')), '') AS detail,
  coalesce(json_extract_scalar(requestparameters, '$.ModifyVpcEndpointRequest.VpcEndpointId'), json_extract_scalar(requestparameters, '$.vpcEndpointId')) AS target, CAST(NULL AS varchar) AS severity
FROM case_events
WHERE eventsource = 'ec2.amazonaws.com' AND eventname = 'ModifyVpcEndpoint' AND principal_type IS DISTINCT FROM 'AWSService'
  AND (regexp_like(requestparameters, '(?i)"resetPolicy"\s*:\s*true')
    OR (regexp_like(requestparameters, 'Allow') AND regexp_like(requestparameters, '\\?"Action\\?"\s*:\s*\[?\s*\\?"(\*|s3:\*)') AND regexp_like(requestparameters, '\\?"Resource\\?"\s*:\s*\[?\s*\\?"\*')
      AND NOT regexp_like(requestparameters, 'aws:PrincipalOrgID|aws:ResourceOrgID|aws:PrincipalAccount|aws:ResourceAccount')))
