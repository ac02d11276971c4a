/**
 * How much memory Node.js may take beyond what is in use: its defaults triple that of a gateway under load, for no speed
 * (docs/performance.md). These can only be set when a process starts.
 */
export const flags = ['--max-semi-space-size=4'];
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
