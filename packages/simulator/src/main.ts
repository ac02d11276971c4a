import { readArguments } from '#src/cli/arguments';
import { runWorld } from '#src/cli/run-world';
import { print, printError } from '#src/cli/terminal';
import { SimulatorError } from '#src/lib/errors';

/** Runs the command and ends the process: 0 done, 1 failed, 2 not understood. */
export const main = async (args: readonly string[]): Promise<void> => {
  let flags: ReturnType<typeof readArguments>;
  try {
    flags = readArguments(args);
  } catch (error) {
    printError(`kinpass-simulator: ${messageOf(error)}\nkinpass-simulator --help lists the options.`);
    process.exit(2);
  }
  try {
    if (typeof flags === 'string') print(flags);
    else await runWorld(flags);
    process.exit(0);
  } catch (error) {
    printError(`kinpass-simulator: ${messageOf(error)}`);
    process.exit(1);
  }
};

const messageOf = (error: unknown): string => {
  if (!(error instanceof SimulatorError)) return error instanceof Error ? error.message : String(error);
  const { message, field, hint = '' } = error;
  return `${message}${field ? ` (${field})` : ''}${hint.replace(/^\s*(?=\S)/gm, '\n  ').replace(/\n+/g, '\n')}`;
};
