/**
 * Logs: one JSON object per line on stdout, with the request's id. This folder owns logs, metrics and readiness. It
 * must not see a request, a token or a secret: callers log names, codes and counts.
 */
import { type Clock, systemClock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import { currentContext } from './context.ts';
import { type LineWriter, stdoutWriter } from './line-writer.ts';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What of an error may be logged: codes and the private half, never messages, which may quote a peer's data. */
export const errorFields = (error: unknown): object => {
  if (!(error instanceof Error)) return { error: typeof error };
  return {
    error: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(error instanceof KinpassError && { field: error.field, detail: error.detail, ...error.facts }),
    ...(!(error instanceof KinpassError) && { stack: framesOf(error) }),
    ...(error.cause !== undefined && { cause: errorFields(error.cause) }),
  };
};

/** A message of several lines stands in the stack, too. */
const framesOf = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .slice(0, 5)
    .join('\n');

/** From the least to the most important. */
const levels = ['debug', 'info', 'warn', 'error'] as const;

/** ISO 8601. Formatting a date takes longer than the rest of a line: once for each second. */
const createTimestamp = () => {
  let second = Number.NaN;
  let start = '';
  return (time: number): string => {
    const current = Math.floor(time / 1_000);
    if (current !== second) start = new Date(current * 1_000).toISOString().slice(0, -4);
    second = current;
    return `${start}${String(time - current * 1_000).padStart(3, '0')}Z`;
  };
};

type Level = (typeof levels)[number];

/** Writes lines of `level` and above; of `silent`, none. */
export const createLog = (
  level: Level | 'silent',
  writer: LineWriter = stdoutWriter,
  clock: Pick<Clock, 'now'> = systemClock,
): Log => {
  const timestamp = createTimestamp();
  const lowest = level === 'silent' ? levels.length : levels.indexOf(level);
  const at = (own: Level): Log[Level] => {
    if (levels.indexOf(own) < lowest) return () => {};
    return (fields, message) => {
      const time = timestamp(clock.now());
      const line = { level: own, time, ...currentContext(), ...fields, msg: message };
      writer.write(`${JSON.stringify(line)}\n`);
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};
