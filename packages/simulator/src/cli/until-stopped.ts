/** A terminal and npm both pass Ctrl-C on: a second signal this soon is the same request. */
const sameRequest = 1_000;

/** Waits for SIGINT or SIGTERM. A further signal, later than that, ends the process at once. */
export const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    let isArmed = false;
    const onSignal = () => {
      if (isArmed) process.exit(1);
      setTimeout(() => {
        isArmed = true;
      }, sameRequest).unref();
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
