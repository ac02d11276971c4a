import { createLog, type Log } from '#src/observability/logger';
import { operatorName } from './operator-name.ts';
import { printError } from './terminal.ts';

/** Records what was done and by whom: one JSON object per line on stderr, in the format of the gateway's log. */
export const createAuditLog = (): Log => {
  const log = createLog('info', { write: (line) => printError(line.trimEnd()) });
  const by = operatorName();
  const signed =
    (level: keyof Log): Log[keyof Log] =>
    (fields, message) =>
      log[level]({ ...fields, by }, message);
  return { debug: signed('debug'), info: signed('info'), warn: signed('warn'), error: signed('error') };
};
