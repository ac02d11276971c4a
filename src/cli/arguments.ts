import { nearest } from '#src/config/faults/nearest';
import { commands, isGroup } from './commands.ts';
import { helpFor } from './help.ts';
import { version } from './version.ts';

/** A command to run, or a text to print before the process ends with `exitCode`. */
type Request = { readonly run: () => Promise<void> } | { readonly answer: string; readonly exitCode: number };

const helpFlags: readonly (string | undefined)[] = ['--help', '-h'];

/** What the command line asks for. */
export const readArguments = async (args: readonly string[]): Promise<Request> => {
  const [first = 'help', second] = args;
  if (first === '--version' || first === '-v') return { answer: version(), exitCode: 0 };
  if (first === 'help' || helpFlags.includes(first))
    return { answer: await helpFor(args.slice(1)), exitCode: 0 };

  const name = isGroup(first) && second !== undefined ? `${first} ${second}` : first;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load) return readCommand(name, load, args.slice(name.split(' ').length));
  if (isGroup(first) && second === undefined) return { answer: await helpFor([first]), exitCode: 2 };
  if (isGroup(first) && helpFlags.includes(second)) return { answer: await helpFor([first]), exitCode: 0 };
  const meant = nearest(name, Object.keys(commands));
  const hint = meant === undefined ? '' : `; the nearest is "${meant}"`;
  return misuse(`kinpass: there is no command "${name}"${hint}`, [first]);
};

const readCommand = async (
  name: string,
  load: (typeof commands)[string],
  args: readonly string[],
): Promise<Request> => {
  const { command } = await load();
  try {
    const run = command.parse(args);
    return run ? { run } : { answer: await helpFor(name.split(' ')), exitCode: 0 };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : '';
    return misuse(`kinpass ${name}: ${reason}`, name.split(' '));
  }
};

const misuse = async (reason: string, words: readonly string[]): Promise<Request> => ({
  answer: `${reason}\n\n${await helpFor(words)}`,
  exitCode: 2,
});
