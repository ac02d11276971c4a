import { fail } from '#src/lib/errors';
import type { MeantProfiles, ProfileStore } from '../profile-ports.ts';
import type { HeldProfiles, Tables } from './tables.ts';

export const createProfileStore = ({ accounts, profiles, recordChange }: Tables): ProfileStore => ({
  put: async ({ value, ...stored }) => {
    if (stored.account !== null && !accounts.has(stored.account))
      throw fail('gateway_internal', { detail: 'there is no such account' });
    profiles.set(stored.key, { ...stored, text: JSON.stringify(value) }, stored.expiresAt);
  },
  get: async (key, now) => {
    const found = profiles.get(key, now);
    return found && { value: JSON.parse(found.text), learnedAt: found.learnedAt };
  },
  remove: async (keys) => {
    for (const key of keys) profiles.delete(key);
  },
  drop: async (tags, { id, at }) => {
    const rests = ({ credentials, account, device }: HeldProfiles) =>
      [credentials, account, device].some((tag) => tag !== null && tags.includes(tag));
    for (const [key] of profiles.filter(rests, always)) profiles.delete(key);
    recordChange('profiles', id, at);
  },
  dropMeant: async (meant, limit) => {
    const found = profiles.filter((held) => isMeant(meant, held), always).slice(0, limit);
    for (const [key] of found) profiles.delete(key);
    return found.length;
  },
});

/** Whether they have expired or not. */
const always = Number.NEGATIVE_INFINITY;

const isMeant = (
  meant: MeantProfiles,
  { subject, account, device, serviceProvider }: HeldProfiles,
): boolean =>
  (meant.subject === undefined || meant.subject === subject) &&
  (meant.account === undefined || meant.account === account) &&
  (meant.device === undefined || meant.device.includes(device)) &&
  (meant.serviceProvider === undefined || meant.serviceProvider === serviceProvider);
