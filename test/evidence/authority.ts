import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CONFIG = `
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Test
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[stamper]
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = tsa1
[tsa1]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
ess_cert_id_alg = sha256
`;

/** A time stamp authority of openssl's, with a root of its own; no network. */
export const createAuthority = (key: readonly string[] = ["-newkey", "rsa:2048"]) => {
  const folder = mkdtempSync(join(tmpdir(), "cordon-tsa-"));
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  writeFileSync(join(folder, "tsa.cnf"), CONFIG);
  writeFileSync(join(folder, "serial"), "01");
  openssl(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-days",
    "3650",
    "-config",
    "tsa.cnf",
    "-extensions",
    "ca",
    "-subj",
    "/CN=Root",
  );
  openssl(
    "req",
    ...key,
    "-nodes",
    "-keyout",
    "tsa.key",
    "-out",
    "tsa.csr",
    "-config",
    "tsa.cnf",
    "-subj",
    "/CN=Stamper",
  );
  openssl(
    "x509",
    "-req",
    "-in",
    "tsa.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-out",
    "tsa.pem",
    "-days",
    "3650",
    "-extfile",
    "tsa.cnf",
    "-extensions",
    "stamper",
  );
  return {
    folder,
    openssl,
    ca: readFileSync(join(folder, "ca.pem"), "utf8"),
    stamp: async (request: Uint8Array): Promise<Uint8Array> => {
      writeFileSync(join(folder, "request.tsq"), request);
      openssl(
        "ts",
        "-reply",
        "-config",
        "tsa.cnf",
        "-queryfile",
        "request.tsq",
        "-signer",
        "tsa.pem",
        "-inkey",
        "tsa.key",
        "-out",
        "response.tsr",
      );
      return readFileSync(join(folder, "response.tsr"));
    },
  };
};
