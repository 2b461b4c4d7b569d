/** Verifies one bundle and prints what that took; its own process, so that the peak memory is that of the verifier alone. */
import { readFileSync } from "node:fs";
import { verifyBundle } from "../../lib/evidence/verify.ts";
import { EVIDENCE_SIGNER } from "../evidence/sample.ts";

const started = performance.now();
const report = await verifyBundle(process.argv[2] ?? "", { trust: [await EVIDENCE_SIGNER.publicKey()] });
const milliseconds = Math.round(performance.now() - started);
/** VmHWM and not ru_maxrss: the latter survives fork and exec, so it would be the peak of the parent. */
const peak = Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024);
console.log(`exit ${report.exitCode}, ${milliseconds} ms, peak ${peak} MB`);
