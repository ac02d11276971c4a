import { fail } from '#src/lib/errors';
import { type Json, type JsonObject, textMember } from '#src/lib/json';
import type { DecryptAttribute } from '#src/user-metadata/decrypt-attribute';
import type { OperationFlow } from './call-operation.ts';
import type { RestRequest } from './caller.ts';

/** What an MVPD says of a subscriber, as far as the app may know it. */
export interface UserMetadata {
  readonly attributes: Readonly<Record<string, Json>>;
  /** Attributes that no key decrypts. */
  readonly unreadable: readonly string[];
}

export type ReadUserMetadata = (request: RestRequest, mvpd: string) => Promise<UserMetadata>;

interface Deps {
  readonly readProfile: OperationFlow;
  readonly decryptAttribute: DecryptAttribute;
  /** Called with the name of an attribute that no key decrypts. */
  readonly couldNotDecrypt: (attribute: string) => void;
}

/**
 * Attributes of the viewer's profile, decrypted, that the settings release to the app. Errors: those of reading profiles;
 * gateway_profile_missing; gateway_adobe_refused, with Adobe's code. Source: Adobe Pass, User Metadata.
 */
export const createReadUserMetadata =
  ({ readProfile, decryptAttribute, couldNotDecrypt }: Deps): ReadUserMetadata =>
  async (request, mvpd) => {
    const { status, body } = await readProfile({ ...request, input: { parameters: { mvpd } } });
    if (status >= 400)
      throw fail('gateway_adobe_refused', {
        status,
        hint: `Adobe Pass answered ${textMember(body, 'code')}`,
      });
    const profile = memberOf(memberOf(body, 'profiles'), mvpd);
    if (!profile) throw fail('gateway_profile_missing', { field: 'mvpd' });
    const attributes: Record<string, Json> = {};
    const unreadable: string[] = [];
    for (const name of request.caller.app.userMetadata) {
      const attribute = memberOf(memberOf(profile, 'attributes'), name);
      if (!attribute) continue;
      const value = await readValue(attribute, decryptAttribute);
      if (value === undefined) {
        unreadable.push(name);
        couldNotDecrypt(name);
      } else attributes[name] = value;
    }
    return { attributes, unreadable };
  };

const readValue = async (attribute: JsonObject, decrypt: DecryptAttribute): Promise<Json | undefined> => {
  if (attribute['state'] !== 'enc') return attribute['value'];
  const value = textMember(attribute, 'value');
  return value === undefined ? undefined : decrypt(value);
};

const memberOf = (value: Json | undefined, name: string): JsonObject | undefined => {
  const member = typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : null;
  return typeof member === 'object' && member !== null && !Array.isArray(member) ? member : undefined;
};
