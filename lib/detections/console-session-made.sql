-- Title: A session turned into one of the console
-- Severity: medium
-- Technique: T1550.001
-- Phase: initial access
-- Logs: management
-- Fires on: success
-- Rows: calls
-- Finds: sign-in tokens made of temporary credentials by hand, and roles switched to in the console.
-- Misses: tokens made for people by Identity Center, which are left out.
-- Parameters: none
-- Origin: Panther: AWS Console GetSigninToken Potential Abuse (2026-07-01)
-- Origin: Sigma: AWS Console GetSigninToken Potential Abuse (2026-08-05)
-- Origin: Elastic: AWS Sign-In Token Created (2026-08-21)
-- Put right: Panther and Sigma leave out one agent, whoever uses it: a user's own key with that agent counts here.
-- Blind spot: Who opens the link is seen by ConsoleLogin only.
-- False positive: Home-made portals to the console.
SELECT *, CASE
    WHEN eventname = 'GetSigninToken' AND regexp_like(coalesce(useragent, ''), 'Jakarta Commons-HttpClient|aws-internal|AWS Internal') AND NOT regexp_like(coalesce(principal_arn, ''), 'user/') THEN NULL
    ELSE eventname || coalesce(' ' || coalesce(json_extract_scalar(requestparameters, '$.roleName'), json_extract_scalar(requestparameters, '$.SwitchRole')), '') END AS detail,
  json_extract_scalar(additionaleventdata, '$.RedirectTo') AS target, CASE WHEN eventname = 'SwitchRole' THEN 'low' END AS severity
FROM case_events
WHERE eventsource = 'signin.amazonaws.com' AND eventname IN ('GetSigninToken', 'SwitchRole')
