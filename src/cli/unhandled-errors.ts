import { errorFields, type Log } from '#src/observability/logger';

/**
 * What nobody handles ends the process, rejections too: what it was doing may be half done in memory, and only a start
 * puts that right. The log is written before it ends; what is stored is whole or not there.
 */
export const endAtUnhandledErrors = (log: Pick<Log, 'error'>): void => {
  process.on('uncaughtException', (error) => {
    log.error(errorFields(error), 'an error was not handled: this process ends');
    process.exit(1);
  });
};
