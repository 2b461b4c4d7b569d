import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { CordonError } from "../../base/errors.ts";
import { visible } from "../../base/visible.ts";
import { type Bounded, bounded, markedText, NOTE } from "./marked.ts";
import { type Asked, TOOLS, type Tool } from "./tools.ts";

/** Reads, changes nothing, and reaches nothing but this deployment. */
const READS = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false } as const;
const MOST_ERROR = 1_000;

export interface ServerOptions {
  readonly version: string;
  readonly place: Asked;
  /** A mark that nobody can know before the answer. */
  readonly mark: () => string;
  readonly warn: (text: string) => void;
}

/** The server with its tools, not yet connected. It has no prompt, no resource, and no tool beyond `TOOLS`. */
export const createServer = (options: ServerOptions): McpServer => {
  const server = new McpServer({ name: "cordon", version: options.version }, { instructions: NOTE });
  for (const tool of TOOLS)
    server.registerTool(
      tool.name,
      { description: tool.description, inputSchema: tool.input, annotations: READS },
      (input: Readonly<Record<string, unknown>>) => answer(tool, input, options),
    );
  return server;
};

const answer = async (
  tool: Tool,
  input: Readonly<Record<string, unknown>>,
  { place, mark, warn }: ServerOptions,
): Promise<CallToolResult> => {
  try {
    return told({ schema: tool.schema, ...bounded(await tool.run(input, place)) }, mark());
  } catch (error) {
    if (error instanceof CordonError) return refused(`${error.code}: ${error.message}`);
    warn(`mcp ${tool.name}: ${(error as Error)?.stack ?? String(error)}`);
    return refused("INTERNAL: a fault of Cordon's own; its message is on the server's stderr");
  }
};

const told = (data: Bounded & { readonly schema: string | null }, mark: string): CallToolResult => ({
  content: [{ type: "text", text: markedText(data, mark) }],
  structuredContent: { note: NOTE, ...data },
});

const refused = (text: string): CallToolResult => ({
  isError: true,
  content: [{ type: "text", text: visible(text).slice(0, MOST_ERROR) }],
});
