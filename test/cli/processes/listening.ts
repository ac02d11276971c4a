/** Listens on a port that the system chooses, and prints it. */
import { listen } from '#src/cli/listen';

const { port } = await listen({ host: '127.0.0.1', port: 0, setting: 'public.port' });
console.log(port);
