import { viewerAt } from '../accounts/viewer.ts';
import type { Wish } from '../load/client.ts';
import { anyAddress, anyViewer, inTurn } from './draw.ts';
import { prepared } from './prepared.ts';
import { notKnown } from './profiles.ts';
import { headersOf, jsonOf, render, send } from './request.ts';
import type { Target } from './row.ts';

const clientId = 'ref30-tv';
/** Of ten requests. */
const mix: readonly Wish['kind'][] = [
  'call',
  'code-poll',
  'call',
  'device-poll',
  'code-poll',
  'call',
  'code-poll',
  'call',
  'device-poll',
  'code-poll',
];

const codePolls = (target: Target) =>
  prepared(target, async (connection, index) => {
    const headers = headersOf(viewerAt(index));
    const form = { mvpd: 'Cablevision', domainName: 'ref30.example', redirectUrl: 'https://ref30.example/' };
    const created = await send(connection, { method: 'POST', path: '/api/v2/REF30/sessions', headers, form });
    return render({ path: `/api/v2/REF30/profiles/code/${String(jsonOf(created)['code'])}`, headers });
  });

const devicePolls = (target: Target) =>
  prepared(target, async (connection) => {
    const headers = { 'x-forwarded-for': anyAddress() };
    const start = { client_id: clientId, scope: 'openid offline_access' };
    const answer = await send(connection, { method: 'POST', path: '/device/auth', headers, form: start });
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const form = { client_id: clientId, grant_type, device_code: String(jsonOf(answer)['device_code']) };
    return render({ method: 'POST', path: '/token', form });
  });

/** The requests of many apps: calls of signed-in viewers, and polls of those that wait for a viewer or a TV provider. */
export const wishesFor = async (target: Target): Promise<() => Wish> => {
  const viewer = anyViewer(target);
  const [codes, devices] = [await codePolls(target), await devicePolls(target)];
  const bytesOf: Readonly<Record<Wish['kind'], () => string>> = {
    call: () => render({ path: '/api/v2/REF30/profiles', headers: { ...headersOf(viewer()), ...notKnown } }),
    'code-poll': inTurn(codes),
    'device-poll': inTurn(devices),
  };
  const kinds = inTurn(mix);
  return () => {
    const kind = kinds();
    return { kind, bytes: bytesOf[kind]() };
  };
};
