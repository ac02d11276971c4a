import { printError } from './terminal.ts';

/** A terminal and npm both pass Ctrl-C on: two signals this close together are one wish. */
const sameWish = 1_000;

/** Waits for SIGINT or SIGTERM. A further signal, later than that, ends the process at once. */
export const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    let armed = false;
    const onSignal = () => {
      if (armed) {
        printError('kinpass: stopped at once');
        process.exit(1);
      }
      setTimeout(() => {
        armed = true;
      }, sameWish).unref();
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
