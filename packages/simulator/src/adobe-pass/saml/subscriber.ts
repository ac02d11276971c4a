import type { JsonObject } from '#src/lib/json';
import { InvalidXml } from '#src/xml/parse';
import type { MvpdSubscriber } from '../mvpd-ports.ts';
import { nameIdFormats } from './names.ts';
import type { AssertionFacts } from './read-assertion.ts';

/** Wire names, as the MVPDs write them, in Adobe's normalised form. */
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

/** A persistent NameID names the subscriber; beside a transient one, the attribute `guid` does. Throws InvalidXml. */
export const subscriberOf = ({ session, attributes }: AssertionFacts): MvpdSubscriber => {
  const { format, value } = session.nameId;
  const userId = format === nameIdFormats.persistent ? value : attributes.get('guid')?.[0];
  if (!userId) throw new InvalidXml('nothing tells who the subscriber is');
  return { userId, attributes: attributesOf(attributes), session, notAfter: null };
};
