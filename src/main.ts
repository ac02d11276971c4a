import { readArguments } from '#src/cli/arguments';
import { explain } from '#src/cli/explain';
import { print, printError } from '#src/cli/terminal';

/** Runs one command and ends the process. Exit codes: 0 success, 1 failure, 2 misuse; commands may add others. */
export const main = async (args: readonly string[]): Promise<void> => {
  try {
    const request = await readArguments(args);
    if ('answer' in request) {
      (request.exitCode === 0 ? print : printError)(request.answer);
      process.exit(request.exitCode);
    }
    await request.run();
    process.exit(0);
  } catch (error) {
    for (const line of explain(error, { debug: Boolean(process.env['KINPASS_DEBUG']) })) printError(line);
    process.exit(1);
  }
};
