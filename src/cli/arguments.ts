/**
 * The command line: what can be asked for, and its help. This folder owns the process: arguments, terminal, signals,
 * ports, the demo and its story. It refuses to decide anything that the gateway decides.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface Option {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

interface Command {
  readonly summary: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly load: () => Promise<{ run(values: Values): Promise<void> }>;
}

const commands: Readonly<Record<string, Command>> = {
  demo: {
    summary: 'Run the gateway and a simulated world, play the story, stay up',
    options: {
      quiet: { type: 'boolean', help: 'do not play the story' },
      port: { type: 'string', value: 'n', help: 'public listener (8080)' },
      'admin-port': { type: 'string', value: 'n', help: 'admin listener (8081)' },
      'simulator-port': { type: 'string', value: 'n', help: 'first of five simulator listeners (9090)' },
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
    options: {
      config: { type: 'string', value: 'file', help: 'settings, YAML; or set KINPASS_CONFIG' },
    },
    load: () => import('./commands/serve.ts'),
  },
  simulate: {
    summary: 'Run the simulated Adobe Pass, MVPDs and identity providers alone',
    options: {
      port: { type: 'string', value: 'n', help: 'first of five listeners (9090)' },
      gateway: {
        type: 'string',
        value: 'origin',
        help: 'the gateway that it serves (http://localhost:8080)',
      },
      'service-token-jwks': { type: 'string', value: 'file', help: 'public keys of service tokens to trust' },
    },
    load: () => import('./commands/simulate.ts'),
  },
};

type Request = { readonly run: () => Promise<void> } | { readonly answer: string; readonly exitCode: number };

export const readArguments = ([name = 'help', ...rest]: readonly string[]): Request => {
  if (name === '--version' || name === '-v') return { answer: version(), exitCode: 0 };
  if (name === 'help' || name === '--help' || name === '-h') return { answer: help(rest[0]), exitCode: 0 };
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return { answer: `kinpass: there is no command "${name}"\n\n${help()}`, exitCode: 2 };
  try {
    const { values } = parseArgs({
      args: rest,
      options: { ...command.options, help: { type: 'boolean', short: 'h' } },
      strict: true,
    });
    if (values['help']) return { answer: help(name), exitCode: 0 };
    return { run: async () => (await command.load()).run(values as Values) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : '';
    return { answer: `kinpass ${name}: ${reason}\n\n${help(name)}`, exitCode: 2 };
  }
};

/** The package's own file lies as far above the sources as above what is built from them. */
const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

const help = (name?: string): string => {
  const shown = name !== undefined && Object.hasOwn(commands, name) ? [name] : Object.keys(commands);
  const blocks = shown.map((key) => {
    const { summary = '', options = {} } = commands[key] ?? {};
    const lines = Object.entries(options).map(
      ([option, { value, help: text }]) => `      --${option}${value ? ` <${value}>` : ''}`.padEnd(34) + text,
    );
    return [`  kinpass ${key}`.padEnd(34) + summary, ...lines].join('\n');
  });
  return ['Usage:', ...blocks, ...(shown.length > 1 ? ['  kinpass help | --version'] : [])].join('\n');
};
