import { Counter, type Registry } from 'prom-client';

/** Counts attributes of profiles that cannot be decrypted, by their names. */
export const countUnreadableMetadata = (registry: Registry) => {
  const unreadable = new Counter({
    name: 'kinpass_user_metadata_unreadable_total',
    help: 'Attributes of profiles that no key of userMetadata.keys decrypts: alert on any increase',
    labelNames: ['attribute'],
    registers: [registry],
  });
  return ({ attribute }: { readonly attribute: string }): void => unreadable.inc({ attribute });
};
