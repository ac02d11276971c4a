import type { Clock } from '#src/lib/clock';
import { compositeKey } from '#src/lib/composite-key';
import type { Ids } from '#src/lib/ids';
import type { Call } from '../requests/call.ts';
import { type AdobeState, dropEnded, type Session } from '../state.ts';
import type { SessionParameters } from './session-parameters.ts';

export interface OpenSessionDeps {
  readonly state: Pick<AdobeState, 'sessions' | 'latestCodes'>;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly changed: () => void;
}

const lifetime = 30 * 60_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const makeCode = ({ ids, state }: Pick<OpenSessionDeps, 'ids' | 'state'>): string => {
  const code = [...Buffer.from(ids.secret(7), 'base64url')].map((byte) => alphabet[byte % 32]).join('');
  return state.sessions.has(code) ? makeCode({ ids, state }) : code;
};

/** Stores the session and supersedes the previous code of the same device and credentials. */
const store = ({ state, clock, changed }: OpenSessionDeps, session: Session): void => {
  const device = compositeKey(session.client, session.device);
  const earlier = state.sessions.get(state.latestCodes.get(device) ?? '');
  if (earlier) state.sessions.set(earlier.code, { ...earlier, status: 'superseded' });
  dropEnded(state.sessions, ({ notAfter }) => notAfter, clock.now());
  state.sessions.set(session.code, session);
  state.latestCodes.set(device, session.code);
  changed();
};

/** Opens an authentication session for the calling device; it and its code are valid for half an hour. */
export const openSession = (deps: OpenSessionDeps, call: Call, parameters: SessionParameters): Session => {
  const { serviceProvider, client, device, headers, address, subject, platformSubject } = call;
  const now = deps.clock.now();
  const session: Session = {
    ...parameters,
    device,
    address,
    subject,
    platformSubject,
    code: makeCode(deps),
    sessionId: deps.ids.uuid(),
    client: client.id,
    deviceInfo: headers['x-device-info'] === undefined ? null : String(headers['x-device-info']),
    userAgent: headers['user-agent'] ?? null,
    serviceProvider: serviceProvider.id,
    status: 'open',
    notBefore: now,
    notAfter: now + lifetime,
  };
  store(deps, session);
  return session;
};
