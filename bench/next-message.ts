import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process of the bench says next. Errors: an Error if it ends instead. */
export const nextMessage = async <T>(child: ChildProcess): Promise<T> => {
  const settled = new AbortController();
  const { signal } = settled;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error(`${child.spawnargs.slice(1).join(' ')} ended`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message as T;
  } finally {
    settled.abort();
  }
};
