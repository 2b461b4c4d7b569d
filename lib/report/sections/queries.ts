import { bytes } from "../../base/figures.ts";
import { code, say, table, text } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";
import { queryAnchor } from "../sources.ts";

export const queries = ({ queries: rows }: CaseDossier): Section => ({
  id: "queries",
  title: "Queries",
  blocks: [
    text(
      "Every figure that links here came out of one of these queries. The document holds the text that ran, its parameters and its rows; the digest is the SHA-256 of the rows as canonical JSON (RFC 8785).",
    ),
    table({
      caption: "Queries run over the case's events",
      rows,
      empty: "No query was run.",
      anchor: queryAnchor,
      columns: [
        { head: "Query", cell: ({ name }, index) => say`Q${index + 1} ${code(name)}` },
        { head: "Engine", cell: ({ engine }) => engine },
        { head: "Scanned", cell: ({ bytesScanned }) => bytes(bytesScanned), kind: "number" },
        { head: "Rows", cell: ({ rows: found }) => found, kind: "number" },
        { head: "Digest of the rows", kind: "wide", cell: ({ resultDigest }) => code(resultDigest) },
        { head: "Document", cell: ({ document }) => code(document) },
      ],
    }),
  ],
});
