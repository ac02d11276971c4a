import { createLog, type Log } from '#src/observability/logger';
import { operatorName } from '../operator.ts';
import { printError } from '../terminal.ts';

/** What was done and by whom: one JSON object a line on stderr, as the gateway's own log has it. */
export const createAudit = (): Log => {
  const log = createLog('info', { write: (line) => printError(line.trimEnd()) });
  const by = operatorName();
  const signed =
    (level: keyof Log): Log[keyof Log] =>
    (fields, message) =>
      log[level]({ ...fields, by }, message);
  return { debug: signed('debug'), info: signed('info'), warn: signed('warn'), error: signed('error') };
};
