import { KinpassError, withFacts } from '#src/lib/errors';

/** Where in a sign-in something failed. */
export type Step = 'discovery' | 'authorization' | 'token' | 'keys' | 'id-token' | 'graph';

interface Place {
  readonly step: Step;
  /** URL of the endpoint concerned; its origin and path are named. */
  readonly endpoint: string;
}

/** Runs a step of a sign-in: its errors name step and endpoint, unless an inner step has named its own. */
export const atStep = async <T>(place: Place, run: () => T | Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    throw placed(error, place);
  }
};

export const placed = (error: unknown, { step, endpoint }: Place): unknown => {
  if (!(error instanceof KinpassError) || error.facts['step'] !== undefined) return error;
  const url = URL.parse(endpoint);
  return withFacts(error, { step, ...(url && { endpoint: url.origin + url.pathname }) });
};
