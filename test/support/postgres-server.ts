/** Before the tests of a run: finds a PostgreSQL server, starts one, or says why the tests that need one are skipped. */
import type { TestProject } from 'vitest/node';
import { findBinaries, findRunningServer, startPostgres } from './start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty if there is no server. */
    postgresUrl: string;
  }
}

export const setup = async (project: TestProject): Promise<(() => Promise<void>) | undefined> => {
  const running = await findRunningServer();
  if (running) {
    project.provide('postgresUrl', running);
    return undefined;
  }
  const skip = (why: string) => {
    console.warn(`The tests on PostgreSQL are skipped: ${why}. KINPASS_TEST_POSTGRES_URL may name a server.`);
    project.provide('postgresUrl', '');
    return undefined;
  };
  const binaries = await findBinaries();
  if (!binaries)
    return skip('no server runs at 127.0.0.1:5432 with a database "test", and initdb is not here');
  try {
    const { url, stop } = await startPostgres(binaries);
    project.provide('postgresUrl', url);
    return () => stop();
  } catch (error) {
    return skip(`a server could not be started (${error instanceof Error ? error.message : error})`);
  }
};
