/** What a host tells whoever watches it: `/healthz` for a supervisor, `/metrics` for Prometheus. No case data, no names. */

/** One look at a host. */
export interface HostState {
  /** What it lacks right now, a sentence each; empty: it is well. */
  readonly lacks: readonly string[];
  readonly version: string;
  readonly startedAt: string;
  readonly now: string;
  readonly lease: { readonly held: "ours" | "theirs" | null; readonly epoch: number };
  readonly casesByStatus: Readonly<Record<string, number>>;
  readonly executions: number;
  readonly questions: number;
  readonly queue: {
    readonly waiting: number;
    readonly working: number;
    readonly places: number;
    readonly taken: number;
  };
  readonly inbox: { readonly taken: number; readonly refused: number; readonly waiting: number };
  /** The last scan that ended, and the latest event in its files; null: none since the start. */
  readonly lastScan: { readonly at: string; readonly watermark: string | null } | null;
  readonly errors: Readonly<Record<string, number>>;
  readonly homeBytes: number | null;
  readonly freeBytes: number | null;
  readonly residentBytes: number;
}

export type Probe = () => HostState;

const HOSTS = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** The answer to a request for one of the probes, or null: it is for the page. Only by the names of this machine (DNS rebinding). */
export const answerProbe = (request: Request, probe: Probe): Response | null => {
  const { pathname } = new URL(request.url);
  if (request.method !== "GET" || (pathname !== "/healthz" && pathname !== "/metrics")) return null;
  if (!HOSTS.test(request.headers.get("host") ?? "")) return new Response("not this name\n", { status: 421 });
  const state = probe();
  return pathname === "/metrics" ? metrics(state) : health(state);
};

const health = (state: HostState): Response => {
  const { lacks, version, startedAt, lease, queue, questions } = state;
  const body = { status: lacks.length === 0 ? "ok" : "lacking", lacks, version, startedAt, lease, queue, questions };
  return new Response(`${JSON.stringify(body)}\n`, {
    status: lacks.length === 0 ? 200 : 503,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
};

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [Labels, number];

/** Text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
const metrics = (state: HostState): Response =>
  new Response(metricsText(state), {
    headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
  });

export const metricsText = (state: HostState): string => {
  const { lease, queue, inbox, lastScan, now } = state;
  const by = (label: string, counts: Readonly<Record<string, number>>): readonly Sample[] =>
    Object.entries(counts).map(([name, count]) => [{ [label]: name }, count]);
  const one = (value: number | null): readonly Sample[] => (value === null ? [] : [[{}, value]]);
  const age = lastScan?.watermark == null ? null : seconds(now) - seconds(lastScan.watermark);
  return [
    ...family("cordon_info", "gauge", "The release that runs.", [[{ version: state.version }, 1]]),
    ...family("cordon_healthy", "gauge", "1: /healthz says ok.", one(state.lacks.length === 0 ? 1 : 0)),
    ...family("cordon_cases", "gauge", "Cases by status.", by("status", state.casesByStatus)),
    ...family("cordon_executions_running", "gauge", "Executions that have not ended.", one(state.executions)),
    ...family("cordon_questions_open", "gauge", "Plans that wait for a decision.", one(state.questions)),
    ...family("cordon_steps_waiting", "gauge", "Steps that wait for their turn.", one(queue.waiting)),
    ...family("cordon_steps_working", "gauge", "Steps under way.", one(queue.working)),
    ...family("cordon_places", "gauge", "Cases that may read logs at once.", one(queue.places)),
    ...family("cordon_places_taken", "gauge", "Cases that do.", one(queue.taken)),
    ...family("cordon_lease_held", "gauge", "1: this process drives.", one(lease.held === "ours" ? 1 : 0)),
    ...family("cordon_lease_epoch", "gauge", "Changes of hands of the lease.", one(lease.epoch)),
    ...family("cordon_inbox_files_total", "counter", "Files of the inbox.", [
      [{ result: "taken" }, inbox.taken],
      [{ result: "refused" }, inbox.refused],
    ]),
    ...family("cordon_inbox_waiting", "gauge", "Files that lie in the inbox.", one(inbox.waiting)),
    ...family(
      "cordon_last_scan_timestamp_seconds",
      "gauge",
      "When a scan ended last.",
      one(lastScan === null ? null : seconds(lastScan.at)),
    ),
    ...family("cordon_watermark_age_seconds", "gauge", "Age of the latest event that the last scan saw.", one(age)),
    ...family("cordon_errors_total", "counter", "Faults by kind.", by("kind", state.errors)),
    ...family("cordon_home_bytes", "gauge", "Size of the data directory, measured once an hour.", one(state.homeBytes)),
    ...family("cordon_home_free_bytes", "gauge", "Room on its file system.", one(state.freeBytes)),
    ...family("process_resident_memory_bytes", "gauge", "Resident memory.", one(state.residentBytes)),
    ...family("process_start_time_seconds", "gauge", "Start of the process.", one(seconds(state.startedAt))),
    "",
  ].join("\n");
};

const seconds = (at: string): number => Date.parse(at) / 1000;

const family = (
  name: string,
  type: "gauge" | "counter",
  help: string,
  samples: readonly Sample[],
): readonly string[] =>
  samples.length === 0
    ? []
    : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((one) => line(name, one))];

const line = (name: string, [labels, value]: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
};

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
