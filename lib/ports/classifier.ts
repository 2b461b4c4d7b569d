/** Macie, or the local scanner. */
import type { ClassifiedObject } from "../case/objects.ts";

/** An object to classify. `bytes` is the stored size where known. */
export interface ClassifyItem {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number | null;
}

export interface ClassifyRequest {
  readonly caseId: string;
  /** Deterministic, so that a repeated start finds the same job (Macie clientToken). */
  readonly token: string;
  readonly items: readonly ClassifyItem[];
}

export type ClassifyStatus =
  | { readonly state: "running" | "paused"; readonly reason: string }
  | { readonly state: "unavailable"; readonly reason: string }
  | {
      readonly state: "done";
      readonly complete: boolean;
      readonly reason: string;
      readonly findings: readonly ClassifiedObject[];
    };

/** Macie, or the local scanner. */
export interface Classifier {
  /** What is already known about a bucket, at once: sensitivity score −1…100 (50 = not analysed), or null. */
  known(bucket: string): Promise<{ readonly sensitivityScore: number | null; readonly reason: string }>;
  /** Starts a job and returns its id; the same token again returns the same job. */
  start(request: ClassifyRequest): Promise<{ readonly jobId: string } | { readonly unavailable: string }>;
  check(jobId: string): Promise<ClassifyStatus>;
}
