/**
 * How much memory Node.js may take beyond what is in use: 16 MB for each half of the space for new objects, where it would
 * take up to 32, and two arenas of malloc instead of one for each thread. Less memory costs CPU: with 4 MB a call took a
 * quarter more. These can only be set when a process starts.
 */
export const flags = ['--max-semi-space-size=16'];
export const environment = { MALLOC_ARENA_MAX: '2' };

const isSet = () =>
  [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((text) => text.includes('semi-space-size'));

/**
 * Starts this program again within the same process, with less memory to take. Returns where that has been done, where
 * somebody else has decided, and where it cannot be: on Windows, and in a process with a channel to its parent.
 */
export const startWithLessMemory = () => {
  if (process.execve === undefined || process.send !== undefined || isSet()) return;
  const args = [process.execPath, ...flags, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, args, { ...environment, ...process.env });
};
