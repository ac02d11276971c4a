import type { Log } from '#src/observability/logger';
import type { KeyNotice, KeyRingStatus } from './ports.ts';

/**
 * Says once in the log what is new about the keys: a key in another state, a problem, a warning. Answers whether
 * there was anything to say.
 */
export const announcer = (log: Log): ((status: KeyRingStatus) => boolean) => {
  let states = new Map<string, string>();
  let told = new Set<string>();
  return ({ keys, problems, warnings }) => {
    const moved = keys.filter(({ kid, state }) => states.get(kid) !== state);
    for (const { kid, fingerprint, state } of moved)
      log.info({ kid, fingerprint, state }, 'service token key');
    const notices = [...problems, ...warnings];
    const isNew = (notice: KeyNotice) => !told.has(textOf(notice));
    for (const notice of problems.filter(isNew)) log.error({ ...notice }, 'service token keys: a problem');
    for (const notice of warnings.filter(isNew)) log.warn({ ...notice }, 'service token keys: a warning');
    const changed = moved.length > 0 || notices.some(isNew) || notices.length !== told.size;
    states = new Map(keys.map(({ kid, state }) => [kid, state]));
    told = new Set(notices.map(textOf));
    return changed;
  };
};

const textOf = ({ file, message }: KeyNotice): string => `${file} ${message}`;
