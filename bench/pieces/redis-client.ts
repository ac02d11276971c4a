import { once } from 'node:events';
import { connect } from 'node:net';

/** Asks for the statistics of the server. What a script calls is counted by itself there: only scripts are round trips. */
export const createRedisClient = async (port: number) => {
  const socket = connect({ port, host: '127.0.0.1' }).setEncoding('utf8');
  await once(socket, 'connect');
  return {
    /** Scripts that the server has run so far. */
    calls: async (): Promise<number> => {
      socket.write('INFO commandstats\r\n');
      const [text] = await once(socket, 'data');
      const counts = String(text).matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    },
    close: (): void => void socket.destroy(),
  };
};
