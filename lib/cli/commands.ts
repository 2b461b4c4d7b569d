import type { Listed } from "./command.ts";

/** Every verb in the order of the overview. A verb loads its code when it is called: most need neither an engine nor an SDK. */
export const commands: readonly Listed[] = [
  {
    name: "respond",
    summary:
      "Responds to a finding: scope, quantify, classify, ask, contain, seal. Stops at the decision without a terminal.",
    load: async () => (await import("./respond.ts")).respond,
  },
  {
    name: "investigate",
    summary:
      "Who touched a bucket, a key, an object, or came from an address: a ranked list of suspects, from a folder of logs.",
    load: async () => (await import("./investigate.ts")).investigate,
  },
  {
    name: "hunt",
    summary:
      "Who stands out in a folder of logs, without any hint: identities ranked with the reasons; a case can be opened on one.",
    load: async () => (await import("./hunt.ts")).huntVerb,
  },
  {
    name: "serve",
    summary:
      "The hands-off host: case page on 127.0.0.1, parked approvals, and an inbox whose findings start their responses.",
    load: async () => (await import("./serve.ts")).serve,
  },
  {
    name: "cases",
    summary: "Lists the cases of a data directory, or with --profile of a deployment in AWS, newest last.",
    load: async () => (await import("./cases.ts")).cases,
  },
  {
    name: "show",
    summary: "Shows what is known of a case, what is not, and the plan that waits.",
    load: async () => (await import("./show.ts")).show,
  },
  {
    name: "timeline",
    summary: "Prints the audit trail of a case in words, oldest first.",
    load: async () => (await import("./lists.ts")).timeline,
  },
  {
    name: "objects",
    summary: "Lists the objects that were taken, by bucket, key and certainty.",
    load: async () => (await import("./lists.ts")).objects,
  },
  {
    name: "decide",
    summary: "Approves or denies a plan, signed with your key, and carries the case on. Asks when at a terminal.",
    load: async () => (await import("./decide.ts")).decide,
  },
  {
    name: "stop",
    summary:
      "Stops what is being carried out before its next change, for good; what was done stays and can be released.",
    load: async () => (await import("./stop.ts")).stop,
  },
  {
    name: "propose",
    summary:
      "Asks for a new containment plan from the state as it is now: after a denial, a deadline, a change, or new suspects.",
    load: async () => (await import("./propose.ts")).propose,
  },
  {
    name: "review",
    summary:
      "Closes a review that is due: of one person who acted alone, or of changes that stay in force. Signed with your key.",
    load: async () => (await import("./review.ts")).review,
  },
  {
    name: "overrule",
    summary:
      "Puts your verdict in place of the computed one, signed, and asks the question anew by it; both stay on record.",
    load: async () => (await import("./overrule.ts")).overrule,
  },
  {
    name: "mark",
    summary:
      "Says of a file that was not understood that it is irrelevant; signed with your key, and told in every view.",
    load: async () => (await import("./mark.ts")).mark,
  },
  {
    name: "rollback",
    summary: "Proposes to undo what a case changed; needs a decision of its own, then restores what was captured.",
    load: async () => (await import("./rollback.ts")).rollback,
  },
  {
    name: "evidence list",
    summary: "Lists the sealed revisions of one case, or of all that pass the filters.",
    load: async () => (await import("./evidence.ts")).evidenceList,
  },
  {
    name: "evidence get",
    summary:
      "Copies a sealed bundle out of the vault, or verifies and copies one that was handed over: as a folder, or as a ZIP when PATH ends in .zip.",
    load: async () => (await import("./evidence.ts")).evidenceGet,
  },
  {
    name: "evidence verify",
    summary:
      "Verifies a bundle or a redacted copy (folder or ZIP) offline. Exit codes: 0 proven, 1 tampered, 2 unreadable, 3 intact but signer not established, 4 superseded.",
    load: async () => (await import("./evidence.ts")).evidenceVerify,
  },
  {
    name: "evidence open",
    summary:
      "Verifies a sealed revision and prints where a copy of its report lies, made from the bytes that were verified; with --browser shows it.",
    load: async () => (await import("./evidenceOpen.ts")).evidenceOpen,
  },
  {
    name: "evidence export",
    summary:
      "Writes the sealed findings for other tools: OCSF events (JSON lines), a STIX 2.1 bundle (TLP:AMBER), the chain of custody as CASE/UCO, or the timeline for Timesketch.",
    load: async () => (await import("./evidenceExport.ts")).evidenceExport,
  },
  {
    name: "evidence redact",
    summary:
      "Makes a signed copy to share: names, keys, addresses, buckets and object keys become tokens; it still proves which bundle it was made from.",
    load: async () => (await import("./redact.ts")).evidenceRedact,
  },
  {
    name: "ledger audit",
    summary:
      "Reads the ledger and the vault from end to end and holds them against each other and against the checkpoint seen last. Exit codes: 0 clean, 1 faults.",
    load: async () => (await import("./ledger.ts")).ledgerAudit,
  },
  {
    name: "ledger show",
    summary: "Prints the entries of the ledger and its newest checkpoint, which is what an auditor keeps.",
    load: async () => (await import("./ledger.ts")).ledgerShow,
  },
  {
    name: "keys",
    summary:
      "Prints the keys of this deployment and their fingerprints, to be given to auditors by another way than the bundles.",
    load: async () => (await import("./keys.ts")).keys,
  },
  {
    name: "keys rotate",
    summary:
      "Replaces the evidence key, or the ledger key: the next keys.json is signed by the old and the new key and entered in the ledger.",
    load: async () => (await import("./keys.ts")).keysRotate,
  },
  {
    name: "keys revoke",
    summary:
      "Revokes a key as of a time. What the ledger held before stays proven; what came later does not verify any more.",
    load: async () => (await import("./keys.ts")).keysRevoke,
  },
  {
    name: "home check",
    summary:
      "Looks through a data directory: journal, documents, vault, ledger; what is wrong and what can be done. Exit codes: 0 well, 1 faults.",
    load: async () => (await import("./home.ts")).homeCheck,
  },
  {
    name: "home backup",
    summary: "Writes a data directory into one .tar.gz as it was at one moment, also while a host runs.",
    load: async () => (await import("./home.ts")).homeBackup,
  },
  {
    name: "home archive",
    summary:
      "Moves cases that have ended to another folder or disk, proven and compared, and leaves links: they stay listed and verifiable.",
    load: async () => (await import("./homeArchive.ts")).homeArchive,
  },
  {
    name: "doctor",
    summary:
      "Looks whether a response would be possible: in AWS by the context of the deployment, or for a folder of logs.",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "cost",
    summary:
      "What a deployment in AWS would cost a month and a case; with a case: what that case cost by its own records, or would have.",
    load: async () => (await import("./cost.ts")).cost,
  },
  {
    name: "mcp",
    summary:
      "For assistants, on stdin and stdout: cases, timeline, objects, plans, verdicts and hunts to be read. Nothing can be decided.",
    load: async () => (await import("./mcp.ts")).mcp,
  },
  {
    name: "completion",
    summary: "Prints a completion script for bash, zsh or fish.",
    load: async () => (await import("./completion.ts")).completionOf(commands),
  },
  {
    name: "demo",
    summary:
      "Plays the bundled incident from finding to verified bundle; asks you at a terminal, else a demo responder decides.",
    load: async () => (await import("./demo.ts")).demo,
  },
];
