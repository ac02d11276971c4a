import { printError } from './terminal.ts';

/** A terminal and npm both forward Ctrl-C: two signals within this many milliseconds count as one. */
const duplicateWindow = 1_000;

/** Resolves at SIGINT or SIGTERM, to which. A later one ends the process without a graceful shutdown. */
export const untilShutdown = (): Promise<'SIGINT' | 'SIGTERM'> =>
  new Promise((resolve) => {
    let armed = false;
    const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
      if (armed) {
        printError('kinpass: forced exit');
        process.exit(1);
      }
      setTimeout(() => {
        armed = true;
      }, duplicateWindow).unref();
      resolve(signal);
    };
    process.on('SIGINT', () => onSignal('SIGINT'));
    process.on('SIGTERM', () => onSignal('SIGTERM'));
  });
