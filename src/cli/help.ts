import type { Command } from './command.ts';
import { commands } from './commands.ts';

/** The help of one command, of a group of verbs, or of all commands; options of a verb are in the help of the verb. */
export const helpFor = async (words: readonly string[]): Promise<string> => {
  const names = Object.keys(commands);
  const exact = names.filter((name) => name === words.join(' '));
  if (exact.length > 0) return ['Usage:', ...(await linesOf(exact, true))].join('\n');
  const verbs = names.filter((name) => name.startsWith(`${words[0]} `));
  const lines = verbs.length > 0 ? await linesOf(verbs, false) : await linesOf(names, false);
  const more = `  kinpass help ${verbs.length > 0 ? `${words[0]} <verb>` : '[command] | --version'}`;
  return ['Usage:', ...lines, more].join('\n');
};

const linesOf = async (names: readonly string[], withOptionsOfVerbs: boolean): Promise<string[]> => {
  const loaded = await Promise.all(names.map(async (name) => ({ name, load: await commands[name]?.() })));
  return loaded.flatMap(({ name, load }) => {
    if (!load) return [];
    const withOptions = withOptionsOfVerbs || !name.includes(' ');
    return [title(name, load.command), ...(withOptions ? optionLines(load.command) : [])];
  });
};

const title = (name: string, { operand, summary }: Command): string =>
  `${`  kinpass ${operand ? `${name} ${operand}` : name}`.padEnd(33)} ${summary}`;

const optionLines = ({ options }: Command): string[] =>
  Object.entries(options).map(
    ([name, { value, help }]) => `${`      --${name}${value ? ` <${value}>` : ''}`.padEnd(33)} ${help}`,
  );
