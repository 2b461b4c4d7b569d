import type { Boundary } from "../embedded/running.ts";
import type { Typed } from "./command.ts";
import type { Io } from "./io.ts";
import { assertOnePlace, isInAws } from "./named.ts";
import type { Place } from "./place.ts";

/**
 * Opens the deployment that a command line names: a stack with `--profile`, `--region` or `--stack`, else the data
 * directory, which only a verb that `founds` makes where there is none.
 */
export const withPlace = async <T>(
  typed: Typed,
  io: Io,
  onBoundary: (boundary: Boundary) => void,
  work: (place: Place) => Promise<T>,
  founds = false,
): Promise<T> => {
  // What drives a case is loaded by those who do: to look at one starts in a fraction of the time.
  const [{ withDeployment }, { embeddedPlace }] = await Promise.all([
    import("./session.ts"),
    import("./embeddedPlace.ts"),
  ]);
  if (!isInAws(typed))
    return withDeployment(typed, io, onBoundary, (deployment) => work(embeddedPlace(deployment, typed, io)), {
      founds,
    });
  assertOnePlace(typed);
  // The SDK is loaded by those who need it: a verb on a data directory starts in a fraction of the time.
  const { openAwsPlace } = await import("./awsPlace.ts");
  return work(await openAwsPlace(typed));
};
