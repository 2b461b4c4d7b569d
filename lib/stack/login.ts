import { Aws, CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  AccountRecovery,
  CfnManagedLoginBranding,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
} from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import type { CordonContext } from "./context.ts";

export type Page = NonNullable<CordonContext["page"]>;

/** Who vouches for people at the page, and as what the page is known there. */
export interface Login {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecretName: string | null;
}

/** The provider of the context, or a user pool of our own. */
export const makeLogin = (scope: Construct, page: Page, context: CordonContext): Login =>
  page.identity ?? makeUserPool(scope, page, context);

/** Nobody signs up on their own, nobody signs in with a password alone, and a session at the provider outlives no hour. */
const makeUserPool = (scope: Construct, page: Page, { name, account, region }: CordonContext): Login => {
  const pool = new UserPool(scope, "People", {
    userPoolName: `${name}-people`,
    featurePlan: FeaturePlan.PLUS,
    standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    signInCaseSensitive: false,
    accountRecovery: AccountRecovery.NONE,
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { otp: true, sms: false },
    passwordPolicy: {
      minLength: 14,
      requireDigits: true,
      requireLowercase: true,
      requireSymbols: true,
      requireUppercase: true,
      tempPasswordValidity: Duration.days(1),
    },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  pool.addDomain("PeopleDomain", {
    cognitoDomain: { domainPrefix: `${name}-${account}-${region}` },
    managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
  });
  const client = makeClient(pool, page);
  new CfnManagedLoginBranding(scope, "LoginBranding", {
    userPoolId: pool.userPoolId,
    clientId: client.userPoolClientId,
    useCognitoProvidedValues: true,
  });
  const issuer = `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${pool.userPoolId}`;
  new CfnOutput(scope, "FoundPeople", { value: pool.userPoolId });
  new CfnOutput(scope, "FoundIssuer", { value: issuer });
  return { issuer, clientId: client.userPoolClientId, clientSecretName: null };
};

/** Without a secret: PKCE ties the code to the browser that began, and there is one address that codes are sent to. */
const makeClient = (pool: UserPool, { origin }: Page): UserPoolClient =>
  pool.addClient("PageClient", {
    generateSecret: false,
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID],
      callbackUrls: [`${origin}/login/callback`],
      logoutUrls: [`${origin}/`],
    },
    authFlows: {},
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: Duration.minutes(5),
    idTokenValidity: Duration.minutes(5),
    refreshTokenValidity: Duration.hours(1),
  });
