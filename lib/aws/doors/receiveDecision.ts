import { takeDecision } from "../decisionApi.ts";
import { onLambda } from "../lambda.ts";

/** Behind `POST /v1/decisions`. */
export const createHandler = (bundle: string) => onLambda((event, { ports }) => takeDecision(event, ports), bundle);
