/**
 * Commands. This folder owns the process: arguments, terminal, signals and ports. It must not decide anything that the
 * gateway decides.
 */
import { parseArgs } from 'node:util';

export interface Option {
  readonly type: 'string' | 'boolean';
  /** Placeholder for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** A required or an optional argument that is not an option, or one or more of them (`<file…>`), as the help shows it. */
type OperandName = `<${string}>` | `[${string}]`;

type Operand<Name extends OperandName | undefined> = Name extends `<${string}…>`
  ? readonly string[]
  : Name extends `<${string}>`
    ? string
    : Name extends `[${string}]`
      ? string | undefined
      : undefined;

/** The values of options, typed by their declaration. */
export type Values<Declared extends Options> = ReturnType<typeof parseArgs<{ options: Declared }>>['values'];

interface Definition<Declared extends Options, Name extends OperandName | undefined> {
  readonly summary: string;
  readonly operand?: Name;
  readonly options: Declared;
  readonly run: (values: Values<Declared>, operand: Operand<Name>) => Promise<void>;
}

export interface Command {
  readonly summary: string;
  readonly operand: OperandName | undefined;
  readonly options: Options;
  /**
   * Parses the arguments that follow the command's name. Returns what to run, or undefined when the help is wanted.
   * Throws when the arguments are not valid.
   */
  readonly parse: (args: readonly string[]) => (() => Promise<void>) | undefined;
}

/** A command whose `run` receives its option values and its operand with the types that they are declared with. */
export const defineCommand = <
  const Declared extends Options,
  const Name extends OperandName | undefined = undefined,
>({
  summary,
  operand,
  options,
  run,
}: Definition<Declared, Name>): Command => ({
  summary,
  operand,
  options,
  parse(args) {
    const allowPositionals = operand !== undefined;
    const { values, positionals } = parseArgs({
      args: [...args],
      options: withHelp(options),
      allowPositionals,
    });
    if (values['help']) return undefined;
    const [given, unexpected] = positionals;
    if (given === undefined && operand?.startsWith('<')) throw new Error(`${operand} is missing`);
    if (operand?.endsWith('…>'))
      return () => run(values as Values<Declared>, positionals as readonly string[] as Operand<Name>);
    if (unexpected !== undefined) throw new Error(`Unexpected argument '${unexpected}'`);
    // parseArgs has checked against `options`, and the lines above against `operand`.
    return () => run(values as Values<Declared>, given as Operand<Name>);
  },
});

const withHelp = (options: Options): Record<string, { type: 'string' | 'boolean'; short?: string }> => ({
  ...options,
  help: { type: 'boolean', short: 'h' },
});
