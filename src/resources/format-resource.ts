import type { Config } from '#src/config/schema';
import type { NamedResource } from './resource.ts';
import { writeMrss } from './write-mrss.ts';

/** What Adobe is asked for a resource at an MVPD. */
export type FormatResource = (named: NamedResource, mvpd: string) => string;

interface Taken {
  readonly format: Config['resources']['format'];
  /** The MVPD's titles by the programmer's ids. */
  readonly channels: ReadonlyMap<string, string>;
}

/** By the settings: a text stays as it is, a structure becomes what the MVPD takes. Pure. */
export const createFormatResource = ({ format, mvpds }: Config['resources']): FormatResource => {
  const byMvpd = new Map<string, Taken>(
    mvpds.map(({ id, channels, ...mvpd }) => [
      id,
      {
        format: mvpd.format ?? format,
        channels: new Map(channels.map(({ channel, title }) => [channel, title])),
      },
    ]),
  );
  const others: Taken = { format, channels: new Map() };
  return (named, mvpd) => {
    if (typeof named === 'string') return named;
    const taken = byMvpd.get(mvpd) ?? others;
    const channel = taken.channels.get(named.channel) ?? named.channel;
    if (taken.format === 'mrss') return writeMrss({ ...named, channel });
    return taken.format === 'id' ? (named.id ?? channel) : channel;
  };
};
