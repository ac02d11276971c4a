import type { Log } from '#src/observability/logger';
import type { KeyNotice, KeyRingStatus } from './ports.ts';

/**
 * Logs once whatever is new in the status of the keys: a key in another state, a problem, a warning. Returns whether
 * anything has changed since the last call.
 */
export const createChangeLog = (log: Log): ((status: KeyRingStatus) => boolean) => {
  let states = new Map<string, string>();
  let logged = new Set<string>();
  return ({ keys, problems, warnings }) => {
    const changedKeys = keys.filter(({ kid, state }) => states.get(kid) !== state);
    for (const { kid, fingerprint, state } of changedKeys)
      log.info({ kid, fingerprint, state }, 'service token key');
    const notices = [...problems, ...warnings];
    const isNew = (notice: KeyNotice) => !logged.has(textOf(notice));
    for (const notice of problems.filter(isNew)) log.error({ ...notice }, 'service token keys: problem');
    for (const notice of warnings.filter(isNew)) log.warn({ ...notice }, 'service token keys: warning');
    const changed = changedKeys.length > 0 || notices.some(isNew) || notices.length !== logged.size;
    states = new Map(keys.map(({ kid, state }) => [kid, state]));
    logged = new Set(notices.map(textOf));
    return changed;
  };
};

const textOf = ({ file, message }: KeyNotice): string => `${file} ${message}`;
