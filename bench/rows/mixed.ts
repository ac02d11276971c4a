import { randomInt } from 'node:crypto';
import { register } from './anonymous.ts';
import { profiles } from './profiles.ts';
import type { Prepare, Row } from './row.ts';
import { refresh } from './sign-in.ts';

/** Of a hundred requests: five refresh, five register, and the rest are profiles, most of which need a new token. */
const mixed: Prepare = async (target) => {
  const [callProfiles, callRefresh, callRegister] = [
    await profiles(target),
    await refresh(target),
    await register(target),
  ];
  return (connection) => {
    const draw = randomInt(100);
    if (draw < 5) return callRefresh(connection);
    return draw < 10 ? callRegister(connection) : callProfiles(connection);
  };
};

export const mixedRows: readonly Row[] = [
  {
    name: 'mixed-500-per-second',
    about: 'open loop with writes and signatures',
    accounts: 100_000,
    perSecond: 500,
    peersServed: true,
    peers: ['transport'],
    prepare: mixed,
    preparePeer: profiles,
  },
];
