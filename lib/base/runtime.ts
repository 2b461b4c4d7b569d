import { arch, platform, release } from "node:os";

/** What this process runs on, as it says itself. */
export const runtimeFacts = () => ({
  platform: `${platform()} ${release()} ${arch()}`,
  runtime: Object.fromEntries(
    ["node", "v8", "openssl", "zlib", "icu", "unicode"].flatMap((name) => {
      const version = process.versions[name];
      return version === undefined ? [] : [[name, version]];
    }),
  ),
  ...(process.versions.tz === undefined ? {} : { timeZoneData: process.versions.tz }),
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
});
