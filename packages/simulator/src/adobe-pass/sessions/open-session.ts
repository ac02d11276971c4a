import { compositeKey } from '#src/lib/single-flight';
import type { Call } from '../call.ts';
import type { AdobeContext } from '../context.ts';
import { dropEnded, type Session } from '../state.ts';
import type { SessionParameters } from './session-parameters.ts';

type Context = Pick<AdobeContext, 'state' | 'ids' | 'clock' | 'changed'>;

const lifetime = 30 * 60_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const makeCode = ({ ids, state }: Pick<Context, 'ids' | 'state'>): string => {
  const code = [...Buffer.from(ids.secret(7), 'base64url')].map((byte) => alphabet[byte % 32]).join('');
  return state.sessions.has(code) ? makeCode({ ids, state }) : code;
};

/** Keeps the session; the code that the same device and credentials held before is worth nothing any more. */
const keep = ({ state, clock, changed }: Context, session: Session): void => {
  const device = compositeKey(session.client, session.device);
  const earlier = state.sessions.get(state.latestCodes.get(device) ?? '');
  if (earlier) state.sessions.set(earlier.code, { ...earlier, status: 'superseded' });
  dropEnded(state.sessions, ({ notAfter }) => notAfter, clock.now());
  state.sessions.set(session.code, session);
  state.latestCodes.set(device, session.code);
  changed();
};

/** A new authentication session of the device that calls: half an hour under a code of its own. */
export const openSession = (context: Context, call: Call, parameters: SessionParameters): Session => {
  const { serviceProvider, client, device, headers, address, subject, platformSubject } = call;
  const now = context.clock.now();
  const session: Session = {
    ...parameters,
    ...{ device, address, subject, platformSubject },
    code: makeCode(context),
    sessionId: context.ids.uuid(),
    client: client.id,
    deviceInfo: headers['x-device-info'] === undefined ? null : String(headers['x-device-info']),
    userAgent: headers['user-agent'] ?? null,
    serviceProvider: serviceProvider.id,
    status: 'open',
    notBefore: now,
    notAfter: now + lifetime,
  };
  keep(context, session);
  return session;
};
