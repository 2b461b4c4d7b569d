import { type Span, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import type { Ports } from "../ports/ports.ts";

/** The API package alone does nothing: spans are made where whoever runs this has registered an SDK with an exporter. */
const tracer = (): Tracer => trace.getTracer("cordon");

/** Neither asks anybody; a span each would be noise. */
const QUIET: readonly string[] = ["settings", "clock", "ids"];

/** Runs one step in a span, and with it each call of a port in one. Spans hold the names of step, port and method, and no text of a case. */
export const tracedStep = <T>(name: string, ports: Ports, work: (ports: Ports) => Promise<T>): Promise<T> =>
  tracer().startActiveSpan(`step ${name}`, (span) =>
    ended(span, () => work(span.isRecording() ? tracedPorts(ports) : ports)),
  );

const tracedPorts = (ports: Ports): Ports =>
  Object.fromEntries(
    Object.entries(ports).map(([name, port]) => [name, QUIET.includes(name) ? port : tracedPort(name, port as object)]),
  ) as unknown as Ports;

const tracedPort = (name: string, port: object): object =>
  new Proxy(port, {
    get: (target, method) => {
      const member: unknown = Reflect.get(target, method);
      if (typeof member !== "function" || typeof method !== "string") return member;
      return (...values: readonly unknown[]): unknown =>
        tracer().startActiveSpan(`${name}.${method}`, (span) => endedWith(span, () => member.apply(target, values)));
    },
  });

/** What is asked of a port may answer at once. */
const endedWith = (span: Span, work: () => unknown): unknown => {
  let answer: unknown;
  try {
    answer = work();
  } catch (error) {
    fail(span, error);
    throw error;
  }
  if (answer instanceof Promise) return ended(span, () => answer as Promise<unknown>);
  span.end();
  return answer;
};

const ended = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
  try {
    const result = await work();
    span.end();
    return result;
  } catch (error) {
    fail(span, error);
    throw error;
  }
};

/** By its name: a message may hold names of people, buckets and keys. */
const fail = (span: Span, error: unknown): void => {
  span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error)?.name ?? "Error" });
  span.end();
};
