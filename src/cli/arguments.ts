/**
 * The command line: what can be asked for, and its help. This folder owns the process: arguments, terminal, signals,
 * ports, the demo and its story. It refuses to decide anything that the gateway decides.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { keyCommands } from './keys/commands.ts';
import { revokeCommands, tokenCommands } from './token/commands.ts';

interface Option {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface Command {
  readonly summary: string;
  /** What may follow the command's name without being an option, as the help shows it. */
  readonly operand?: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly load: () => Promise<{ run(values: Values, operands: readonly string[]): Promise<void> }>;
}

const config: Option = { type: 'string', value: 'file', help: 'settings, YAML; or set KINPASS_CONFIG' };

/** A name of two words is a verb of a group: `kinpass keys list`. */
const commands: Readonly<Record<string, Command>> = {
  demo: {
    summary: 'Run the gateway and a simulated world, play the story, stay up',
    options: {
      quiet: { type: 'boolean', help: 'do not play the story' },
      port: { type: 'string', value: 'n', help: 'public listener (8080)' },
      'admin-port': { type: 'string', value: 'n', help: 'admin listener (8081)' },
      'simulator-port': { type: 'string', value: 'n', help: 'first of six simulator listeners (9090)' },
    },
    load: () => import('./commands/demo.ts'),
  },
  story: {
    summary: 'Play the story again against a running demo',
    options: {
      gateway: {
        type: 'string',
        value: 'origin',
        help: 'public origin of the gateway (http://localhost:8080)',
      },
      simulator: { type: 'string', value: 'origin', help: 'simulated Adobe Pass (http://localhost:9090)' },
    },
    load: () => import('./commands/story.ts'),
  },
  serve: {
    summary: 'Run the gateway alone, against Adobe',
    options: { config },
    load: () => import('./commands/serve.ts'),
  },
  simulate: {
    summary: 'Run the simulated Adobe Pass, MVPDs and identity providers alone',
    options: {
      port: { type: 'string', value: 'n', help: 'first of six listeners (9090)' },
      fixtures: {
        type: 'string',
        value: 'file',
        help: 'the world, YAML: brands, MVPDs, channels, subscribers',
      },
      seed: { type: 'string', value: 'text', help: 'ids, codes and tokens come the same in every run' },
      state: { type: 'string', value: 'file', help: 'where the world is kept (in memory unless given)' },
      scenario: { type: 'string', value: 'name', help: 'a course of events from the start, by name or file' },
      gateway: {
        type: 'string',
        value: 'origin',
        help: 'the gateway that it serves (http://localhost:8080)',
      },
      'service-token-jwks': { type: 'string', value: 'file', help: 'public keys of service tokens to trust' },
    },
    load: () => import('./commands/simulate.ts'),
  },
  ...keyCommands,
  ...tokenCommands,
  ...revokeCommands,
  'subjects plan': {
    summary: 'Show which accounts would get other subjects, and why',
    options: { config },
    load: async () => ({ run: (await import('./commands/subjects.ts')).plan }),
  },
  'subjects confirm': {
    summary: 'Let those subjects change; the start refuses it otherwise',
    options: { config, yes: { type: 'boolean', help: 'do not ask' } },
    load: async () => ({ run: (await import('./commands/subjects.ts')).confirm }),
  },
  'subjects new-secret': {
    summary: 'Make a new subject secret for accounts to come',
    options: {
      config,
      version: { type: 'string', value: 'n', help: 'make one anew that is lost for good' },
    },
    load: async () => ({ run: (await import('./commands/subjects.ts')).newSecret }),
  },
  'subjects history': {
    summary: 'Show who settled what about subjects, and when',
    options: { config },
    load: async () => ({ run: (await import('./commands/subjects.ts')).history }),
  },
};

type Request = { readonly run: () => Promise<void> } | { readonly answer: string; readonly exitCode: number };

export const readArguments = (args: readonly string[]): Request => {
  const [first = 'help', second] = args;
  if (first === '--version' || first === '-v') return { answer: version(), exitCode: 0 };
  if (first === 'help' || first === '--help' || first === '-h')
    return { answer: help(args.slice(1)), exitCode: 0 };
  const name = isGroup(first) && second !== undefined ? `${first} ${second}` : first;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const asked = isGroup(first) && (second === undefined || second === '--help' || second === '-h');
    if (asked) return { answer: help([first]), exitCode: second === undefined ? 2 : 0 };
    return { answer: `kinpass: there is no command "${name}"\n\n${help([first])}`, exitCode: 2 };
  }
  try {
    const { values, positionals } = parseArgs({
      args: args.slice(name.split(' ').length),
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      strict: true,
      allowPositionals: command.operand !== undefined,
    });
    if (values['help']) return { answer: help(name.split(' ')), exitCode: 0 };
    checkOperands(command.operand?.split(' ') ?? [], positionals);
    return { run: async () => (await command.load()).run(values as Values, positionals) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : '';
    return { answer: `kinpass ${name}: ${reason}\n\n${help(name.split(' '))}`, exitCode: 2 };
  }
};

/** `<key>` must be there, `[file]` may be. */
const checkOperands = (wanted: readonly string[], given: readonly string[]): void => {
  const missing = wanted[given.length];
  if (missing?.startsWith('<')) throw new Error(`${missing} is missing`);
  if (given.length > wanted.length) throw new Error(`Unexpected argument '${given[wanted.length]}'`);
};

const isGroup = (word: string): boolean => Object.keys(commands).some((name) => name.startsWith(`${word} `));

/** The package's own file lies as far above the sources as above what is built from them. */
const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

/** The help of one command, of a group of verbs, or of everything; a verb shows its options when it is asked for. */
const help = (words: readonly string[] = []): string => {
  const names = Object.keys(commands);
  const [exact] = names.filter((name) => name === words.join(' '));
  if (exact) return ['Usage:', title(exact), ...optionsOf(exact)].join('\n');
  const verbs = names.filter((name) => name.startsWith(`${words[0]} `));
  const more = `  kinpass help ${verbs.length > 0 ? `${words[0]} <verb>` : '[command] | --version'}`;
  const lines = (verbs.length > 0 ? verbs : names).flatMap((name) => [
    title(name),
    ...(name.includes(' ') ? [] : optionsOf(name)),
  ]);
  return ['Usage:', ...lines, more].join('\n');
};

const title = (name: string): string => {
  const { operand, summary = '' } = commands[name] ?? {};
  return `${`  kinpass ${[name, operand].filter(Boolean).join(' ')}`.padEnd(33)} ${summary}`;
};

const optionsOf = (name: string): string[] =>
  Object.entries(commands[name]?.options ?? {}).map(
    ([option, { value, help: text }]) => `      --${option}${value ? ` <${value}>` : ''}`.padEnd(34) + text,
  );
