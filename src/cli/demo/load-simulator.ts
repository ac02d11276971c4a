import { fail } from '#src/lib/errors';

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes("'@kinpass/simulator'");

/** Imports a part of the simulator, an optional peer dependency. Errors: simulator_missing. */
export const loadSimulator = async <Part>(load: () => Promise<Part>): Promise<Part> => {
  try {
    return await load();
  } catch (cause) {
    throw isMissing(cause) ? fail('simulator_missing', { cause }) : cause;
  }
};
