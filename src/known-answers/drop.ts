import { z } from 'zod';

/** What an operator's notice is about; members that are absent stand for all. */
export const noticeShape = z.strictObject({
  /** `sub` of the service token. */
  subject: z.string().optional(),
  account: z.string().optional(),
  /** SHA-256 of the AP-Device-Identifier, in each spelling that the header allows. */
  device: z.array(z.string()).optional(),
  mvpd: z.string().optional(),
  serviceProvider: z.string().optional(),
});

export type Notice = z.infer<typeof noticeShape>;

/**
 * What is dropped: the answers that rest on one of `tags` (credentials, account, device), or those that a notice is about.
 * `pendingUntil`: until then nothing is kept for the first tag, in epoch milliseconds; `pendingSince`: or until there is a profile
 * from after this time, by Adobe's clock.
 */
const taggedDrop = z.strictObject({
  tags: z.array(z.string()),
  pendingUntil: z.number().optional(),
  pendingSince: z.number().optional(),
});
const dropShape = z.union([taggedDrop, z.strictObject({ notice: noticeShape })]);

export type TaggedDrop = z.infer<typeof taggedDrop>;
export type Drop = z.infer<typeof dropShape>;

const writtenShape = z.object({ by: z.string(), dropped: dropShape });

/** `by`: the process that has dropped it. */
type WrittenDrop = z.infer<typeof writtenShape>;

/** As the id of a change. */
export const writeDrop = (drop: WrittenDrop): string => JSON.stringify(drop);

/** Undefined for one that a later version wrote: then everything is dropped. */
export const readDrop = (id: string): WrittenDrop | undefined => {
  const parsed = writtenShape.safeParse(asJson(id));
  return parsed.success ? parsed.data : undefined;
};

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export interface Holder {
  readonly subject: string | undefined;
  /** The viewer's; undefined if nobody is signed in. */
  readonly account: string | undefined;
  /** SHA-256 of the AP-Device-Identifier. */
  readonly device: string;
}

/** What an answer is about. */
export interface About {
  readonly serviceProvider: string;
  /** Absent for a configuration, which is nobody's. */
  readonly holder?: Holder | undefined;
  /** Absent where it may be about any. */
  readonly mvpd?: string | undefined;
}

/** Whether a notice means an answer. Pure. */
export const isMeant = (notice: Notice, { serviceProvider, holder, mvpd }: About): boolean => {
  const meets = (asked: string | undefined, own: string | undefined) => asked === undefined || asked === own;
  return (
    meets(notice.serviceProvider, serviceProvider) &&
    (mvpd === undefined || meets(notice.mvpd, mvpd)) &&
    meets(notice.subject, holder?.subject) &&
    meets(notice.account, holder?.account) &&
    (notice.device === undefined || notice.device.some((device) => device === holder?.device))
  );
};
