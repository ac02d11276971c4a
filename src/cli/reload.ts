import { reloaded } from '#src/config/reload';
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import { errorFields, type Log } from '#src/observability/logger';
import type { RunningGateway } from './gateway-servers.ts';

interface Deps {
  /** As faults name it. */
  readonly file: string;
  readonly load: () => Promise<Config>;
  /** The settings that the process started with. */
  readonly start: Config;
  readonly running: Pick<RunningGateway, 'take' | 'notices'>;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
}

const notice = 'configuration';

/**
 * Takes over what the settings have become, whole or not at all: on any fault the last good ones serve on, and log and
 * readiness say which file and which fields are at fault. One at a time; never rejects.
 */
export const createReload = ({ file, load, start, running, log, clock }: Deps): (() => Promise<void>) => {
  const succeed = (waiting: readonly string[]): void => {
    if (waiting.length === 0) {
      running.notices.delete(notice);
    } else {
      running.notices.set(notice, { file, waitingForRestart: waiting });
      log.warn({ file, settings: waiting }, 'these settings change at the next start');
    }
    log.info({ file }, 'configuration reloaded');
  };

  const refuse = (error: unknown): void => {
    const faults = faultsOf(error);
    const since = new Date(clock.now()).toISOString();
    running.notices.set(notice, { file, refused: since, faults });
    log.error(
      { file, faults, ...errorFields(error) },
      'configuration not reloaded: the last good one serves on',
    );
  };

  let turn = Promise.resolve();
  return () => {
    turn = turn.then(async () => {
      try {
        const { config, waiting } = reloaded(start, await load());
        await running.take(config);
        succeed(waiting);
      } catch (error) {
        refuse(error);
      }
    });
    return turn;
  };
};

/** Only what is public of an error: settings by name, never their values. */
const faultsOf = (error: unknown): string[] => {
  if (!(error instanceof KinpassError)) return ['it failed for a reason that the log tells'];
  const lines = (error.hint ?? error.message).split('\n').map((line) => line.trim());
  return error.field
    ? lines.map((line) => (line.includes(error.field ?? '') ? line : `${error.field}: ${line}`))
    : lines;
};
