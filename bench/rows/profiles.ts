import { openConnection } from '../load/connection.ts';
import { largeServiceProvider } from '../parties/answers.ts';
import { anyViewer, nextViewer } from './draw.ts';
import { headersOf, send } from './request.ts';
import { fewAccounts, type Prepare, type Row } from './row.ts';

/** Every call reaches Adobe. */
export const notKnown = { 'cache-control': 'no-cache' } as const;

const profilesOf =
  (
    draw: typeof anyViewer,
    serviceProvider = 'REF30',
    more: Readonly<Record<string, string>> = notKnown,
  ): Prepare =>
  (target) => {
    const viewer = draw(target);
    const path = `/api/v2/${serviceProvider}/profiles`;
    return async (connection) => {
      await send(connection, { path, headers: { ...headersOf(viewer()), ...more } });
    };
  };

/** From memory, where the server keeps answers. */
const known: Prepare = async (target) => {
  const first = await profilesOf(nextViewer, 'REF30', {})(target);
  const connection = await openConnection(target.origin);
  for (let index = 0; index < fewAccounts; index += 1) await first(connection);
  connection.close();
  return profilesOf(anyViewer, 'REF30', {})(target);
};

/** Viewers drawn from all accounts; where every cache holds them all, each has called before. */
export const profiles: Prepare = async (target) => {
  const first = await profilesOf(nextViewer)(target);
  const connection = await openConnection(target.origin);
  for (let index = 0; index < Math.min(target.accounts, fewAccounts); index += 1) await first(connection);
  connection.close();
  return profilesOf(anyViewer)(target);
};

export const profileRows: readonly Row[] = [
  {
    name: 'profiles',
    about: 'GET profiles, signed-in viewers who called before',
    peersServed: true,
    peers: ['postgres', 'node-http', 'transport', 'koa-transport', 'koa-got', 'fastify', 'nginx', 'koa'],
    prepare: profiles,
  },
  {
    name: 'profiles-known',
    about: 'the same, from memory',
    peers: ['postgres', 'node-http'],
    prepare: known,
    preparePeer: profiles,
  },
  {
    name: 'profiles-cold',
    about: 'the same, at their first call',
    accounts: 100_000,
    peers: ['node-http'],
    prepare: profilesOf(nextViewer),
    preparePeer: profiles,
  },
  {
    name: 'profiles-64-kb',
    about: 'an answer of 64 KB',
    peers: ['node-http', 'transport', 'koa-got'],
    prepare: profilesOf(anyViewer, largeServiceProvider),
  },
  {
    name: 'profiles-512-connections',
    about: '512 connections instead of 32',
    connections: 512,
    peersServed: true,
    peers: ['node-http', 'transport'],
    prepare: profiles,
  },
  {
    name: 'profiles-100000-accounts',
    about: '100,000 accounts instead of 1,000',
    accounts: 100_000,
    peers: ['node-http'],
    prepare: profiles,
  },
  {
    name: 'profiles-500000-accounts',
    about: '500,000 accounts',
    accounts: 500_000,
    peers: ['node-http'],
    prepare: profiles,
  },
  {
    name: 'profiles-500-per-second',
    about: 'open loop, 500 requests a second',
    perSecond: 500,
    peersServed: true,
    peers: ['node-http', 'transport', 'koa-got', 'fastify', 'nginx'],
    prepare: profiles,
  },
];
