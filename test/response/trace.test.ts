import assert from "node:assert/strict";
import { test } from "node:test";
import { type Span, type SpanStatus, type Tracer, trace } from "@opentelemetry/api";
import type { Ports } from "../../lib/ports/ports.ts";
import { tracedStep } from "../../lib/response/trace.ts";

interface Kept {
  readonly name: string;
  status: SpanStatus | null;
  ended: boolean;
}

/** A tracer of the API's own interface that keeps the spans it made. */
const keeping = (spans: Kept[]): Tracer => {
  const spanOf = (name: string): Span => {
    const kept: Kept = { name, status: null, ended: false };
    spans.push(kept);
    return {
      isRecording: () => true,
      setStatus: (status: SpanStatus) => {
        kept.status = status;
      },
      end: () => {
        kept.ended = true;
      },
    } as unknown as Span;
  };
  return {
    startSpan: spanOf,
    startActiveSpan: (name: string, work: (span: Span) => unknown) => work(spanOf(name)),
  } as unknown as Tracer;
};

const ports = {
  settings: { mode: "enforce" },
  clock: { now: () => "2026-02-23T00:00:00.000Z" },
  cases: {
    head: async (caseId: string) => ({ caseId }),
    read: async () => {
      throw Object.assign(new Error("s3://customer-exports/secret of alice"), { name: "StateUnknown" });
    },
  },
  ledger: { origin: "cordon.dev/ledger/test" },
} as unknown as Ports;

const withTracer = async (use: (spans: readonly Kept[]) => Promise<void>): Promise<void> => {
  const spans: Kept[] = [];
  trace.setGlobalTracerProvider({ getTracer: () => keeping(spans) });
  try {
    await use(spans);
  } finally {
    trace.disable();
  }
};

test("a step and each port call that it makes are spans that end, named by step, port and method", async () => {
  await withTracer(async (spans) => {
    const head = await tracedStep("quantify", ports, async ({ cases, clock, ledger }) => {
      assert.equal(clock.now(), "2026-02-23T00:00:00.000Z");
      assert.equal(ledger.origin, "cordon.dev/ledger/test");
      return cases.head("case-1");
    });
    assert.deepEqual(head, { caseId: "case-1" });
    assert.deepEqual(
      spans.map(({ name, ended, status }) => [name, ended, status]),
      [
        ["step quantify", true, null],
        ["cases.head", true, null],
      ],
    );
  });
});

test("a failure is passed on as it is, and marks both spans by the error's name, never by its message", async () => {
  await withTracer(async (spans) => {
    await assert.rejects(
      tracedStep("quantify", ports, ({ cases }) => cases.read("case-1", "stolen.json")),
      { name: "StateUnknown" },
    );
    assert.deepEqual(
      spans.map(({ name, ended, status }) => [name, ended, status?.message]),
      [
        ["step quantify", true, "StateUnknown"],
        ["cases.read", true, "StateUnknown"],
      ],
    );
  });
});

test("without an SDK the ports are handed on untouched", async () => {
  await tracedStep("quantify", ports, async (handed) => assert.equal(handed, ports));
});
