import { startWire, type Wire } from './wire.ts';

export interface RedisWire extends Wire {
  readonly url: string;
  /** The commands since they were last taken, each a round trip at most: how many by the kind of their key. */
  take(): Readonly<Record<string, number>>;
}

/** A wire to the Redis server on this port of loopback. */
export const startRedisWire = async (port: number): Promise<RedisWire> => {
  let commands: Record<string, number> = {};
  const wire = await startWire({ host: '127.0.0.1', port }, () => ({
    toServer: (bytes) => {
      for (const command of commandsIn(bytes.toString('latin1'))) {
        const kind = kindOf(command);
        commands[kind] = (commands[kind] ?? 0) + 1;
      }
    },
    toClient: () => true,
  }));
  return {
    ...wire,
    url: `redis://127.0.0.1:${wire.port}`,
    take: () => {
      const taken = commands;
      commands = {};
      return taken;
    },
  };
};

/** Each is an array whose first member is its name (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
const commandsIn = (text: string): string[] => text.split(/(?=\*\d+\r\n\$\d+\r\n[a-z]+\r\n)/i);

/** Names of keys begin with the prefix and their kind; commands without one make or keep the connection. */
const kindOf = (command: string): string => /\bkinpass:\{?(\w+)/.exec(command)?.[1] ?? 'connection';
