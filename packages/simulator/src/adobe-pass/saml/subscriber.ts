import type { JsonObject } from '#src/lib/json';
import { InvalidXml } from '#src/xml/parse';
import type { MvpdSubscriber } from '../mvpd-ports.ts';
import { nameIdFormats } from './names.ts';
import type { AssertionFacts } from './read-assertion.ts';

/** Normalizes the wire names of the MVPDs to Adobe's keys. */
const attributesOf = (wire: AssertionFacts['attributes']): JsonObject => {
  const first = (name: string): string | undefined => wire.get(name)?.[0];
  const [household, hba] = [first('householdID'), first('hba_status')];
  const [tv, movie] = [first('MaxTVRating'), first('MaxMovieRating')];
  const [zip, lineup] = [wire.get('zip'), wire.get('channelID')];
  return {
    ...(household !== undefined && { householdID: household }),
    ...(zip && { zip: [...zip] }),
    ...(lineup && { channelID: [...lineup] }),
    ...((tv ?? movie) !== undefined && {
      maxRating: { ...(tv !== undefined && { VCHIP: tv }), ...(movie !== undefined && { MPAA: movie }) },
    }),
    ...(hba !== undefined && { hba_status: hba === 'true' }),
  };
};

/** The user id is a persistent NameID or, with a transient one, the attribute `guid`. Error: InvalidXml. */
export const subscriberOf = ({ session, attributes }: AssertionFacts): MvpdSubscriber => {
  const { format, value } = session.nameId;
  const userId = format === nameIdFormats.persistent ? value : attributes.get('guid')?.[0];
  if (!userId) throw new InvalidXml('the subscriber is not identified');
  return { userId, attributes: attributesOf(attributes), session, notAfter: null };
};
