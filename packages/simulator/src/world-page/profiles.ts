import { z } from 'zod';
import type { AdobeState, Authentication } from '#src/adobe-pass/state';
import type { Fixtures } from '#src/fixtures';

/** A profile or trial at Adobe Pass. */
export interface ProfileRow {
  readonly type: 'regular' | 'serviceTokenSSO' | 'platformSSO' | 'appleSSO' | 'temporary';
  readonly mvpd: string;
  /** The user's name, or the MVPD's user id. */
  readonly who: string;
  readonly serviceProvider: string;
  /** The app and device, or the subject of a token. */
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** By the MVPD. */
  readonly invalidated: boolean;
}

const partsOf = (key: string): string[] => z.array(z.string()).parse(JSON.parse(key));

/** A device identifier, decoded if it is text. */
const readable = (identifier: string): string => {
  const decoded = Buffer.from(identifier, 'base64').toString();
  return /^[\x20-\x7e]{1,40}$/.test(decoded) ? decoded : `${identifier.slice(0, 12)}…`;
};

const subjectText = (subject: string): string => {
  try {
    return partsOf(subject).at(-1) ?? subject;
  } catch {
    return subject;
  }
};

const whoIs = ({ users }: Fixtures, { mvpd, userId }: Pick<Authentication, 'mvpd' | 'userId'>): string =>
  users.find(({ subscriptions }) =>
    subscriptions.some((subscription) => subscription.mvpd === mvpd && subscription.userId === userId),
  )?.name ?? userId;

/** All profiles that have not expired, the next to expire first. */
export const profileRows = (state: AdobeState, fixtures: Fixtures, now: number): ProfileRow[] => {
  const row = (type: ProfileRow['type'], found: Authentication, serviceProvider: string, where: string) => ({
    type,
    serviceProvider,
    where,
    mvpd: found.mvpd,
    who: whoIs(fixtures, found),
    invalidated: found.invalidated,
    from: found.notBefore,
    until: found.notAfter,
  });
  const onDevice = (type: 'regular' | 'appleSSO', [key, found]: [string, Authentication]): ProfileRow => {
    const [client = '', device = '', serviceProvider = ''] = partsOf(key);
    const app = state.clients.get(client)?.app ?? 'unknown app';
    return row(type, found, serviceProvider, `${app} on ${readable(device)}`);
  };
  const ofSubject = ([key, found]: [string, Authentication]): ProfileRow => {
    const [serviceProvider = '', subject = ''] = partsOf(key);
    const type = subject === found.platformSubject ? 'platformSSO' : 'serviceTokenSSO';
    return row(type, found, serviceProvider, subjectText(subject));
  };
  const trials = [...state.trials].map(([key, { endsAt }]): ProfileRow => {
    const [serviceProvider = '', mvpd = '', kind = '', visitor = ''] = partsOf(key);
    const where = `${kind} ${readable(visitor)}`;
    return {
      type: 'temporary',
      mvpd,
      serviceProvider,
      where,
      who: 'anyone',
      from: now,
      until: endsAt,
      invalidated: false,
    };
  });
  return [
    ...[...state.profiles].map((entry) => onDevice('regular', entry)),
    ...[...state.partnerProfiles].map((entry) => onDevice('appleSSO', entry)),
    ...[...state.ssoProfiles].map(ofSubject),
    ...trials,
  ]
    .filter(({ until }) => until > now)
    .sort((a, b) => a.until - b.until);
};
