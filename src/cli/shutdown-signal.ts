import { printError } from './terminal.ts';

/** A terminal and npm both forward Ctrl-C: two signals within this many milliseconds count as one. */
const duplicateWindow = 1_000;

/** Resolves at SIGINT or SIGTERM. A later one ends the process without a graceful shutdown. */
export const untilShutdown = (): Promise<void> =>
  new Promise((resolve) => {
    let armed = false;
    const onSignal = () => {
      if (armed) {
        printError('kinpass: forced exit');
        process.exit(1);
      }
      setTimeout(() => {
        armed = true;
      }, duplicateWindow).unref();
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
