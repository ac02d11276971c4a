import { compositeKey } from '#src/lib/single-flight';
import { type Call, deviceOf, findMvpd, formOf } from './call.ts';
import { type AdobeContext, type Answer, ok } from './context.ts';
import { authenticateAnswer, authorizeAnswer, incompleteAnswer, type Standing } from './session-answer.ts';
import { missingOf, readSessionParameters } from './session-parameters.ts';
import { dropEnded, type Session } from './state.ts';

type Context = Pick<AdobeContext, 'fixtures' | 'state' | 'profiles' | 'ids' | 'clock' | 'changed'>;

const lifetime = 30 * 60_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const makeCode = ({ ids, state }: Context): string => {
  const code = [...Buffer.from(ids.secret(7), 'base64url')].map((byte) => alphabet[byte % 32]).join('');
  return state.sessions.has(code) ? makeCode({ ids, state } as Context) : code;
};

const standingOf = (context: Context, call: Call, device: string, mvpd: string): Standing | null => {
  if (findMvpd(context, mvpd).isTempPass) return 'temporary';
  const owner = { client: call.client.id, device, serviceProvider: call.serviceProvider.id };
  if (context.profiles.regular(owner, mvpd)) return 'authenticated';
  return context.profiles.sso(call.subject, mvpd) ? 'authenticatedSSO' : null;
};

/** Keeps the session; the code that the same device and credentials held before is worth nothing any more. */
const open = ({ state, clock, changed }: Context, session: Session): void => {
  const device = compositeKey(session.client, session.device);
  const earlier = state.sessions.get(state.latestCodes.get(device) ?? '');
  if (earlier) state.sessions.set(earlier.code, { ...earlier, status: 'superseded' });
  dropEnded(state.sessions, ({ notAfter }) => notAfter, clock.now());
  state.sessions.set(session.code, session);
  state.latestCodes.set(device, session.code);
  changed();
};

/** POST /api/v2/{serviceProvider}/sessions */
export const createCreateSession =
  (context: Context) =>
  (call: Call): Answer => {
    const { serviceProvider, client, headers, address, subject } = call;
    const device = deviceOf(call);
    const parameters = readSessionParameters(context, { form: formOf(call), serviceProvider });
    const missing = missingOf(parameters);
    const { mvpd } = parameters;
    const sessionId = context.ids.uuid();
    const standing = mvpd !== null && missing.length === 0 ? standingOf(context, call, device, mvpd) : null;
    if (mvpd !== null && standing !== null)
      return ok(authorizeAnswer({ sessionId, serviceProvider: serviceProvider.id, mvpd }, standing));

    const now = context.clock.now();
    const session: Session = {
      ...parameters,
      code: makeCode(context),
      sessionId,
      client: client.id,
      device,
      deviceInfo: headers['x-device-info'] === undefined ? null : String(headers['x-device-info']),
      userAgent: headers['user-agent'] ?? null,
      address,
      serviceProvider: serviceProvider.id,
      subject,
      status: 'open',
      notBefore: now,
      notAfter: now + lifetime,
    };
    open(context, session);
    return ok(
      missing.length > 0 ? incompleteAnswer(session, 'resume', missing) : authenticateAnswer(session),
    );
  };
