/** `CORDON_WRITE_DOCS=1 node --test test/architecture.test.ts` draws the diagrams of ARCHITECTURE.md anew; without it they must be fresh. */
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { importsOf, ROOMS, ROOT, read, roomOf, sourcesIn } from "./house.ts";

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: { readonly FunctionName?: string };
  readonly Branches?: readonly { readonly States: Readonly<Record<string, State>> }[];
}

const mermaid = (lines: readonly string[]): string => ["```mermaid", ...lines, "```"].join("\n");

/** An arrow that a longer way also makes says nothing new. */
const isImplied = (arrows: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean => {
  const reaches = (at: string): boolean => [...(arrows.get(at) ?? [])].some((next) => next === to || reaches(next));
  return [...(arrows.get(from) ?? [])].some((next) => next !== to && reaches(next));
};

const drawRooms = (): string => {
  const arrows = new Map<string, Set<string>>(Object.keys(ROOMS).map((room) => [room, new Set()]));
  for (const { from, to } of sourcesIn("lib").flatMap(importsOf))
    if (to.startsWith("lib/") && roomOf(from) !== roomOf(to) && ROOMS[roomOf(from)]?.includes(roomOf(to)))
      arrows.get(roomOf(from))!.add(roomOf(to));
  return mermaid([
    "flowchart TD",
    ...[...arrows].flatMap(([from, tos]) =>
      [...tos]
        .filter((to) => !isImplied(arrows, from, to))
        .toSorted()
        .map((to) => `  ${from} --> ${to}`),
    ),
  ]);
};

const handlerOf = ({ Resource, Parameters }: State): string | null =>
  /^\$\{(\w+)\}$/.exec(Parameters?.FunctionName ?? Resource ?? "")?.[1] ?? null;

const tasksOf = (states: Readonly<Record<string, State>>): readonly string[] =>
  Object.entries(states).flatMap(([name, state]) => [
    ...(state.Type === "Task" ? [`${name} (\`${handlerOf(state) ?? "state machine"}\`)`] : []),
    ...(state.Branches ?? []).flatMap((branch) => tasksOf(branch.States)),
  ]);

const drawWay = (): string =>
  ["respond", "investigate", "contain", "release"]
    .map((name) => {
      const { States } = JSON.parse(read(`stateMachines/${name}.asl.json`)) as { States: Record<string, State> };
      return `* **${name}**: ${tasksOf(States).join(" → ")}`;
    })
    .join("\n");

const BLOCKS: Readonly<Record<string, () => string>> = { rooms: drawRooms, way: drawWay };

const withBlocks = (text: string): string =>
  Object.entries(BLOCKS).reduce(
    (drawn, [name, draw]) =>
      drawn.replace(
        new RegExp(`(<!-- ${name}: generated -->\n)[\\s\\S]*?(\n<!-- end -->)`),
        (_, open: string, close: string) => `${open}${draw()}${close}`,
      ),
    text,
  );

test("the diagrams of ARCHITECTURE.md are drawn from the code as it is", () => {
  if (process.env.CORDON_WRITE_DOCS === "1")
    writeFileSync(join(ROOT, "ARCHITECTURE.md"), withBlocks(read("ARCHITECTURE.md")));
  assert.equal(read("ARCHITECTURE.md"), withBlocks(read("ARCHITECTURE.md")));
});

test("every room of lib is in the table of arrows, and there is no other", () => {
  const rooms = readdirSync(join(ROOT, "lib"), { withFileTypes: true }).map(({ name }) => name);
  assert.deepEqual(
    rooms.filter((room) => !(room in ROOMS)),
    [],
  );
});
