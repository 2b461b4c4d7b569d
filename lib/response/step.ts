import middy from "@middy/core";
import * as z from "zod";
import { CordonError } from "../base/errors.ts";
import { counted } from "../base/figures.ts";
import { schemaFaults } from "../case/check.ts";
import type { Ports } from "../ports/ports.ts";

/** The Lambda context as handlers see it: the host of the run, AWS or embedded, puts the ports in. */
export interface StepContext {
  readonly ports: Ports;
}

export type StepHandler = (event: unknown, context: StepContext) => Promise<unknown>;

/**
 * One step of a state machine as a Lambda handler: the input is checked against its schema, then `work` runs with the
 * ports of the run. Input faults are thrown as INPUT_INVALID with all faults at once and are never retried.
 */
export const step = <Schema extends z.ZodType, Result>(
  schema: Schema,
  work: (input: z.output<Schema>, ports: Ports) => Promise<Result>,
): StepHandler => {
  const handler = middy()
    .before(async (request) => {
      request.event = parseInput(schema, request.event);
    })
    .handler(async (event: unknown, context: unknown) =>
      work(event as z.output<Schema>, (context as StepContext).ports),
    );
  return handler as unknown as StepHandler;
};

const parseInput = <Schema extends z.ZodType>(schema: Schema, event: unknown): z.output<Schema> => {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const faults = schemaFaults(parsed.error, "(event)");
  throw new CordonError(
    "INPUT_INVALID",
    `the step was called with ${counted(faults.length, "fault")}: ${JSON.stringify(faults)}`,
    { faults },
  );
};

export const CaseInput = z.object({ caseId: z.string() });
export const PlanRefInput = z.object({ caseId: z.string(), planId: z.string() });
