import { changedSettings } from '#src/config/reload/changed-settings';
import { mergeReloadedConfig } from '#src/config/reload/reload';
import type { Config } from '#src/config/schema';
import type { Clock } from '#src/lib/clock';
import { KinpassError } from '#src/lib/errors';
import { errorFields, type Log } from '#src/observability/logger';
import type { RunningGateway } from './gateway-servers.ts';

interface Deps {
  /** Name of the configuration file in logs and readiness. */
  readonly file: string;
  readonly load: () => Promise<Config>;
  /** The configuration at start-up. */
  readonly start: Config;
  readonly running: Pick<RunningGateway, 'applyConfig' | 'reloadState' | 'recordAction'>;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Applies a changed configuration completely or not at all: on any fault the gateway continues with the last valid one,
 * and log and readiness name the file and the faults. Reloads run one at a time and never reject.
 */
export const createReloadConfig = ({
  file,
  load,
  start,
  running,
  log,
  clock,
}: Deps): (() => Promise<void>) => {
  const { reloadState } = running;
  const report = (pendingRestart: readonly string[]): void => {
    reloadState.waiting = pendingRestart;
    reloadState.refused = null;
    if (pendingRestart.length > 0)
      log.warn({ file, settings: pendingRestart }, 'these settings take effect at the next start');
    log.info({ file }, 'configuration reloaded');
  };

  const reject = (error: unknown): void => {
    const faults = faultsOf(error);
    const since = reloadState.refused?.since ?? new Date(clock.now()).toISOString();
    reloadState.refused = { file, since, faults };
    log.error(
      { file, faults, ...errorFields(error) },
      'configuration not reloaded: the last valid one remains in effect',
    );
  };

  let applied = start;
  const apply = async () => {
    const { config, pendingRestart } = mergeReloadedConfig(start, await load());
    await running.applyConfig(config);
    const changed = changedSettings(applied, config);
    applied = config;
    return { changed, pendingRestart };
  };

  const reload = async (): Promise<void> => {
    const action = { action: 'settings.apply', target: { kind: 'setting', id: file }, reason: '' } as const;
    const done: { pendingRestart?: readonly string[] } = {};
    try {
      await running.recordAction(
        action,
        async () => Object.assign(done, await apply()),
        ({ changed, pendingRestart }) => ({
          details: {
            settings: shortList(changed),
            ...(pendingRestart.length > 0 ? { atNextStart: shortList(pendingRestart) } : {}),
          },
        }),
      );
    } catch (error) {
      if (done.pendingRestart === undefined) return reject(error);
      log.error({ file, ...errorFields(error) }, 'the audit log lacks the outcome of this reload');
    }
    report(done.pendingRestart ?? []);
  };

  let last = Promise.resolve();
  return () => {
    last = last.then(reload);
    return last;
  };
};

const shortList = (names: readonly string[], max = 50): string =>
  [...names.slice(0, max), ...(names.length > max ? [`and ${names.length - max} more`] : [])].join(', ');

/** The public half of an error: settings by name, never their values. */
const faultsOf = (error: unknown): string[] => {
  if (!(error instanceof KinpassError)) return ['an internal error, see the log'];
  const { field, hint, message } = error;
  const lines = (hint ?? message).split('\n').map((line) => line.trim());
  return field ? lines.map((line) => (line.includes(field) ? line : `${field}: ${line}`)) : lines;
};
