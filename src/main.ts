import { readArguments } from '#src/cli/arguments';
import { explain } from '#src/cli/explain';
import { print, printError } from '#src/cli/terminal';

/** Runs one command and ends the process: 0 done, 1 failed, 2 not understood. */
export const main = async (args: readonly string[]): Promise<void> => {
  const request = readArguments(args);
  if ('answer' in request) {
    (request.exitCode === 0 ? print : printError)(request.answer);
    process.exit(request.exitCode);
  }
  try {
    await request.run();
    process.exit(0);
  } catch (error) {
    for (const line of explain(error, { debug: Boolean(process.env['KINPASS_DEBUG']) })) printError(line);
    process.exit(1);
  }
};
