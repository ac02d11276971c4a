import { viewerAt } from '../accounts/viewer.ts';
import { anyViewer, inTurn } from './draw.ts';
import { prepared } from './prepared.ts';
import { profiles } from './profiles.ts';
import { headersOf, jsonOf, send } from './request.ts';
import type { Prepare, Row } from './row.ts';

const authorize: Prepare = (target) => {
  const viewer = anyViewer(target);
  const request = {
    method: 'POST',
    path: '/api/v2/REF30/decisions/authorize/Cablevision',
    json: { resources: ['channel0'] },
  } as const;
  return async (connection) => {
    await send(connection, { ...request, headers: headersOf(viewer()) });
  };
};

/** Devices ask about the codes that they created. */
const pollCodes: Prepare = async (target) => {
  const requests = await prepared(target, async (connection, index) => {
    const headers = headersOf(viewerAt(index));
    const form = { mvpd: 'Cablevision', domainName: 'ref30.example', redirectUrl: 'https://ref30.example/' };
    const created = await send(connection, {
      method: 'POST',
      path: '/api/v2/REF30/sessions',
      headers,
      form,
    });
    return { path: `/api/v2/REF30/profiles/code/${String(jsonOf(created)['code'])}`, headers };
  });
  const next = inTurn(requests);
  return async (connection) => {
    await send(connection, next());
  };
};

export const viewerRows: readonly Row[] = [
  {
    name: 'authorize',
    about: 'POST authorize',
    peers: ['postgres', 'node-http', 'transport', 'koa-transport', 'koa-got'],
    prepare: authorize,
  },
  {
    name: 'code-poll',
    about: 'GET profiles/code/{code}',
    peers: ['postgres', 'node-http', 'transport'],
    prepare: pollCodes,
    preparePeer: profiles,
  },
];
