import { password, type Shared } from './start.ts';

interface Loss {
  readonly what: string;
  plant(shared: Shared): Promise<void> | void;
  remove(shared: Shared): Promise<void> | void;
  /** Seconds. */
  readonly lasts: number;
}

export const losses: readonly Loss[] = [
  {
    what: 'killed and restarted',
    plant: ({ server }) => server.kill(),
    remove: ({ server }) => server.start(),
    lasts: 3,
  },
  {
    what: 'stalled',
    plant: ({ server }) => server.pause(),
    remove: ({ server }) => server.resume(),
    lasts: 30,
  },
  {
    what: 'full, noeviction',
    plant: ({ tell }) => tell('CONFIG', 'SET', 'maxmemory', '1'),
    remove: ({ tell }) => tell('CONFIG', 'SET', 'maxmemory', '0'),
    lasts: 5,
  },
  {
    what: 'password changed',
    plant: async ({ tell, wire }) => {
      await tell('CONFIG', 'SET', 'requirepass', password);
      wire.cut();
    },
    remove: ({ tell }) => tell('CONFIG', 'SET', 'requirepass', ''),
    lasts: 5,
  },
  {
    what: 'read-only after a failover',
    plant: ({ tell }) => tell('REPLICAOF', '127.0.0.1', '1'),
    remove: ({ tell }) => tell('REPLICAOF', 'NO', 'ONE'),
    lasts: 5,
  },
  {
    what: 'partition: one of two gateways cannot reach it',
    plant: ({ wire }) => wire.behave('stall'),
    remove: ({ wire }) => {
      wire.behave('pass');
      wire.cut();
    },
    lasts: 10,
  },
];
