import type { Io } from "./io.ts";

/** Times the phases of a run, to be printed at its end. */
export interface Phases {
  run<T>(name: string, work: () => Promise<T>): Promise<T>;
  list(): readonly { readonly phase: string; readonly seconds: number }[];
  table(): string;
}

export const createPhases = (io: Io): Phases => {
  const done: { phase: string; seconds: number }[] = [];
  const list = (): readonly { phase: string; seconds: number }[] => done;
  return {
    list,
    run: async (phase, work) => {
      io.note(phase);
      const start = performance.now();
      const result = await work();
      done.push({ phase, seconds: Math.round(performance.now() - start) / 1000 });
      return result;
    },
    table: () => {
      const total = done.reduce((sum, { seconds }) => sum + seconds, 0);
      return [...done, { phase: "in all", seconds: total }]
        .map(({ phase, seconds }) => `${seconds.toFixed(2).padStart(8)} s  ${phase}`)
        .join("\n");
    },
  };
};
