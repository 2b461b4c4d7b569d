import { CfnOutput, RemovalPolicy } from "aws-cdk-lib";
import { DomainName, HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { guardStage } from "./apiStage.ts";
import type { CordonContext } from "./context.ts";
import { makeLogin, type Page } from "./login.ts";

export interface PageParts {
  readonly table: Table;
  /** `CORDON_PAGE` of lib/aws/environment.ts. */
  readonly environment: string;
}

/** What the page's function needs before it is made: who vouches for people, and where sessions are kept. */
export const makePageParts = (scope: Construct, page: Page, dataKey: Key, context: CordonContext): PageParts => {
  const table = makeSessions(scope, dataKey);
  const { origin } = page;
  return { table, environment: JSON.stringify({ origin, ...makeLogin(scope, page, context), table: table.tableName }) };
};

const makeSessions = (scope: Construct, encryptionKey: Key): Table => {
  const table = new Table(scope, "PageSessions", {
    partitionKey: { name: "id", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
    timeToLiveAttribute: "expiresAt",
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledge(table, "AwsSolutions-DDB3", "Sessions and counters of hours: restored, they would let people in again.");
  return table;
};

/** Every path to one function, which is the gate itself: an authorizer of API Gateway reads headers, and a session is a cookie. */
export const makePageApi = (
  scope: Construct,
  page: LambdaFunction,
  dataKey: Key,
  { origin, certificateArn }: Page,
  context: CordonContext,
): HttpApi => {
  const own =
    certificateArn === null
      ? null
      : new DomainName(scope, "PageDomain", {
          domainName: new URL(origin).host,
          certificate: Certificate.fromCertificateArn(scope, "PageCertificate", certificateArn),
        });
  const api = new HttpApi(scope, "PageApi", {
    apiName: `${context.name}-page`,
    createDefaultStage: true,
    // With a name of its own, that one alone: credentials of WebAuthn and cookies are bound to it.
    disableExecuteApiEndpoint: own !== null,
    ...(own === null ? {} : { defaultDomainMapping: { domainName: own } }),
  });
  const [route] = api.addRoutes({
    path: "/{proxy+}",
    methods: [HttpMethod.ANY],
    integration: new HttpLambdaIntegration("PageIntegration", page),
  });
  const [root] = api.addRoutes({
    path: "/",
    methods: [HttpMethod.ANY],
    integration: new HttpLambdaIntegration("PageRootIntegration", page),
  });
  for (const one of [route!, root!])
    acknowledge(one, "AwsSolutions-APIG4", "The function checks the session cookie, and a decision its own signature.");
  limit(scope, api, dataKey, context);
  new CfnOutput(scope, "PageUrl", { value: own === null ? api.apiEndpoint : origin });
  if (own !== null) new CfnOutput(scope, "PageDomainTarget", { value: own.regionalDomainName });
  return api;
};

const limit = (scope: Construct, api: HttpApi, encryptionKey: Key, context: CordonContext): void =>
  guardStage(scope, api, encryptionKey, context, {
    log: "PageApiLog",
    // No query: it carries codes of the login.
    format: {
      at: "$context.requestTime",
      from: "$context.identity.sourceIp",
      method: "$context.httpMethod",
      path: "$context.path",
      status: "$context.status",
      requestId: "$context.requestId",
    },
    // A page of a dozen files that asks every two seconds, for a handful of people.
    burst: 100,
    rate: 50,
  });
