import { within } from '#src/lib/within';

/**
 * Which connections are alive. When the server has sent nothing on any of them for as long as a call may wait, all existing ones
 * count as dead: a firewall may have forgotten them, and finding that out call by call would take too long.
 */
export const createLiveness = (late: (ms: number) => Error) => {
  const generations = new WeakMap<object, number>();
  /** Increases when all connections are given up. */
  let generation = 0;
  let answers = 0;
  return {
    isAlive: (connection: object): boolean => {
      const own = generations.get(connection) ?? generation;
      generations.set(connection, own);
      return own === generation;
    },
    /** Waits for a response on a connection. Errors: that of `late`, after `ms` milliseconds. */
    listen: async <T>(ms: number, answer: Promise<T>): Promise<T> => {
      const before = { generation, answers };
      const answered = () => {
        answers += 1;
      };
      answer.then(answered, answered);
      return within(ms, answer, () => {
        if (answers === before.answers && generation === before.generation) generation += 1;
        return late(ms);
      });
    },
  };
};
