import { CordonError } from "../base/errors.ts";
import type { Boundary } from "../embedded/running.ts";
import type { Typed } from "./command.ts";
import { embeddedPlace } from "./embeddedPlace.ts";
import type { Io } from "./io.ts";
import type { Place } from "./place.ts";
import { withDeployment } from "./session.ts";

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
  if (!isInAws(typed))
    return withDeployment(typed, io, onBoundary, (deployment) => work(embeddedPlace(deployment, typed, io)), {
      founds,
    });
  if (typed.values.home !== undefined)
    throw new CordonError(
      "USAGE",
      "--home names a data directory, --profile, --region and --stack a deployment in AWS: give one of them",
    );
  // The SDK is loaded by those who need it: a verb on a data directory starts in a fraction of the time.
  const { openAwsPlace } = await import("./awsPlace.ts");
  return work(await openAwsPlace(typed));
};

export const isInAws = ({ values }: Pick<Typed, "values">): boolean =>
  values.profile !== undefined || values.region !== undefined || values.stack !== undefined;
