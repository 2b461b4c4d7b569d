import { CfnOutput } from "aws-cdk-lib";
import { HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { guardStage } from "./apiStage.ts";
import type { CordonContext } from "./context.ts";

/** `POST /v1/decisions` and `POST /v1/plans` for the command line: SigV4 only, so that every caller has a name that they did not choose. */
export const makeDecisionApi = (
  scope: Construct,
  receive: LambdaFunction,
  dataKey: Key,
  context: CordonContext,
): HttpApi => {
  const api = new HttpApi(scope, "DecisionApi", {
    apiName: `${context.name}-decisions`,
    createDefaultStage: true,
    defaultAuthorizer: new HttpIamAuthorizer(),
  });
  const integration = new HttpLambdaIntegration("ReceiveDecisionIntegration", receive);
  for (const path of ["/v1/decisions", "/v1/plans"]) api.addRoutes({ path, methods: [HttpMethod.POST], integration });
  guardStage(scope, api, dataKey, context, {
    log: "DecisionApiLog",
    format: {
      at: "$context.requestTime",
      caller: "$context.identity.userArn",
      route: "$context.routeKey",
      status: "$context.status",
      requestId: "$context.requestId",
    },
    // A person decides; a hundred requests a second is no person.
    burst: 10,
    rate: 5,
  });
  new CfnOutput(scope, "DecisionApiUrl", { value: api.apiEndpoint });
  return api;
};
