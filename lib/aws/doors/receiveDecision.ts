import { takeCall } from "../decisionApi.ts";
import { onLambda } from "../lambda.ts";

/** Behind `POST /v1/decisions` and `POST /v1/plans`. */
export const createHandler = (bundle: string) =>
  onLambda((event, { ports }) => takeCall(event, ports), bundle, "receiveDecision");
