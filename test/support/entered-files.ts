import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The files of `src` of which some function ran while `work` did, relative to `src`: V8 counts every call. Code that
 * runs in the background at the same time counts too.
 */
export const enteredFiles = async (work: () => Promise<unknown>): Promise<ReadonlySet<string>> => {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await session.post('Profiler.takePreciseCoverage'); // from here on: only what runs from now on is reported
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const entered = result.filter(({ functions }) =>
      functions.some(({ ranges: [whole] }) => whole !== undefined && whole.count > 0),
    );
    return new Set(entered.flatMap(({ url }) => sourceFile(url) ?? []));
  } finally {
    await session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
  }
};

const sourceFile = (url: string): string | undefined => {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const file = relative('src', path);
  return file.startsWith('..') || !file.endsWith('.ts') ? undefined : file;
};
