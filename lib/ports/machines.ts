/** State machines that a person may start; the others are started by findings and by each other. */
export interface Machines {
  /**
   * Begins an execution, or finds it: the name decides, and the same name with the same input begins nothing twice.
   * `ended`: it ran before and is over; that name is used up.
   */
  start(execution: MachineStart): Promise<"running" | "ended">;
}

export interface MachineStart {
  readonly machine: "contain" | "release";
  /** At most 80 characters of `A-Za-z0-9_-` (Step Functions, StartExecution). */
  readonly name: string;
  readonly caseId: string;
  readonly input: Readonly<Record<string, unknown>>;
}
