import * as cast from "../cast.ts";
import { fetchObject } from "../download.ts";
import { createStock, eachObject, inBucket, tellHeist } from "../heist.ts";
import { type OktaEvent, oktaLog } from "../okta.ts";
import { fakeKeyId, type Random } from "../random.ts";
import { type Caller, roleIdentity } from "../records.ts";
import { type Deed, night, type Story } from "../story.ts";
import { apiDeed, THIEF, usDate } from "../thief.ts";

const ANA = { id: "00u4n2exampleANA5d7", login: "ana.analyst@example.com", name: "Ana Analyst" };
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const APPLICATION = "AWS IAM Identity Center";
const PROVIDER = `arn:aws:iam::${cast.ACCOUNT}:saml-provider/AWSSSO_DO_NOT_DELETE`;

/** Somebody with Ana's password signs in at Okta without a second factor, goes on to AWS, and reads. */
export const tellFederated = (random: Random): Story => {
  const stock = createStock(random);
  const opened = { accessKeyId: fakeKeyId("ASIA", random), at: night("02:47:10") };
  const session: Caller = {
    ...THIEF,
    identity: roleIdentity(cast.ANALYST, ANA.login, opened.accessKeyId, opened.at),
  };
  const { type, principalId, arn } = session.identity;
  return {
    ...tellHeist(random, {
      stock,
      deeds: [
        assume(random, opened),
        ...eachObject(random, inBucket(stock, cast.CUSTOMERS, 140), ["02:49:00", "04:05:00"], (object, at) =>
          fetchObject(random, object, at, { caller: session }),
        ),
      ],
      thief: {
        principals: [{ type: String(type), principalId: String(principalId), arn: String(arn) }],
        accessKeyIds: [opened.accessKeyId],
        roles: [cast.ANALYST],
      },
      alert: {
        buckets: [cast.CUSTOMERS],
        accessKeyDetails: {
          accessKeyId: opened.accessKeyId,
          principalId: `${cast.ANALYST.roleId}:${ANA.login}`,
          userType: "AssumedRole",
          userName: cast.ANALYST.roleName,
        },
      },
    }),
    otherLogs: [oktaLog(random, signIns())],
  };
};

/** The afternoon before from the office, with a code; in the night three wrong passwords, then the right one. */
const signIns = (): readonly OktaEvent[] => {
  const office = { user: ANA, address: cast.OFFICE, agent: BROWSER, country: "United States", session: "101office" };
  const exit = { ...office, address: cast.TOR_EXIT, country: "Germany", session: "102night" };
  const ok = { result: "SUCCESS" } as const;
  const wrong = { result: "FAILURE", reason: "INVALID_CREDENTIALS", type: "user.session.start" } as const;
  const noon = Date.parse("2026-02-22T13:00:00Z");
  return [
    { ...office, ...ok, at: noon, type: "user.session.start", credentialType: "PASSWORD" },
    { ...office, ...ok, at: noon + 9_000, type: "user.authentication.auth_via_mfa", credentialType: "OTP" },
    { ...office, ...ok, at: noon + 15_000, type: "user.authentication.sso", application: APPLICATION },
    ...["02:44:01", "02:44:20", "02:44:52"].map((clock) => ({ ...exit, ...wrong, at: night(clock) })),
    { ...exit, ...ok, at: night("02:45:30"), type: "user.session.start", credentialType: "PASSWORD" },
    { ...exit, ...ok, at: night("02:46:50"), type: "user.authentication.sso", application: APPLICATION },
  ];
};

const assume = (random: Random, { accessKeyId, at }: { readonly accessKeyId: string; readonly at: number }): Deed =>
  apiDeed(random, {
    at,
    caller: {
      identity: {
        type: "SAMLUser",
        principalId: `AAAAexampleSAML=:${ANA.login}`,
        userName: ANA.login,
        identityProvider: "AAAAexampleSAML=",
      },
      address: cast.TOR_EXIT,
      agent: BROWSER,
    },
    service: "sts",
    name: "AssumeRoleWithSAML",
    readOnly: true,
    request: { roleArn: cast.ANALYST.arn, principalArn: PROVIDER, roleSessionName: ANA.login, durationSeconds: 3600 },
    response: {
      credentials: {
        accessKeyId,
        sessionToken: random.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789+/", 120),
        expiration: usDate(at + 3_600_000),
      },
      assumedRoleUser: {
        assumedRoleId: `${cast.ANALYST.roleId}:${ANA.login}`,
        arn: `arn:aws:sts::${cast.ACCOUNT}:assumed-role/${cast.ANALYST.roleName}/${ANA.login}`,
      },
      subject: ANA.login,
      subjectType: "persistent",
      issuer: "https://portal.sso.us-east-1.amazonaws.com/saml/assertion/example",
      audience: "https://signin.aws.amazon.com/saml",
      nameQualifier: "example",
    },
    resources: [{ accountId: cast.ACCOUNT, type: "AWS::IAM::Role", ARN: cast.ANALYST.arn }],
  });
