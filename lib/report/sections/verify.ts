import { code, say, steps, table, text, time } from "../blocks.ts";
import type { CaseDossier } from "../dossier.ts";
import type { Section } from "../model.ts";

/** The page itself proves nothing; the bundle around it does. */
export const verify = ({ head, revision }: CaseDossier): Section => ({
  id: "verify",
  title: "How to verify",
  blocks: [
    text(
      "This page is one file of an evidence bundle. It carries no proof in itself: verify the bundle, then read the page out of it.",
    ),
    steps(
      [
        "Get the fingerprint of the evidence key from the owner of the deployment in another way (audit letter, policy document). The key inside the bundle proves nothing.",
        say`${code("cordon evidence verify BUNDLE --trust FINGERPRINT")}: exit code 0 means everything is proven, 1 tampered, 2 unreadable, 3 intact but signer not established, 4 proven but replaced by a newer revision. It also builds this report again from the data of the bundle and compares.`,
        say`Without Cordon: ${code("how-to-verify.txt")} in the bundle gives the recipe for ${code("openssl")} with ${code("sha256sum")}, and for ${code("cosign")}. The three do not depend on one another, and none of them builds the report again.`,
        say`To follow a figure: its link leads to the query, the query's document holds the text and the rows, and ${code("objects.jsonl")} holds every stolen object.`,
      ],
      "",
    ),
    table({
      caption: `Earlier revisions of this case's evidence (this is revision ${revision})`,
      rows: head.sealed.filter((one) => one.revision < revision),
      empty: "This is the first revision.",
      columns: [
        { head: "Revision", cell: ({ revision: number }) => number },
        { head: "Sealed", cell: ({ at }) => time(at), kind: "time" },
        { head: "Digest (SHA-256 of the tag manifest)", kind: "wide", cell: ({ digest }) => code(digest) },
      ],
    }),
  ],
});
