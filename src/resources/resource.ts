/**
 * What is to be played, as apps name it to the gateway's own API, and as each MVPD takes it: an id, the title of a channel, or an
 * MRSS document. This folder owns these forms. It must not know how decisions are asked for, and refuses I/O.
 */
import { z } from 'zod';
import { isPlainText } from '#src/lib/text';
import { mrssFault, ratingSchemes } from './mrss-fault.ts';

/** Of a text of any form, in UTF-16 units. */
const maxLength = 16_384;

/** Control characters, half surrogate pairs, and what XML 1.0 §2.2 does not allow. */
const forbidden = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;
const forbiddenText = 'must not have control characters or other characters that XML does not allow';

/** One text of a document. */
const content = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.trim() !== '', 'must not be blank')
    .refine((text) => !forbidden.test(text), forbiddenText);

/** An id goes alone to MVPDs that take no document, and must not be taken for one. */
const id = (max: number) =>
  z
    .string()
    .max(max)
    .refine(isPlainText, 'must be one line of visible characters')
    .refine((text) => !text.includes('<'), 'must not have <');

const textFault = (text: string): string | undefined => {
  if (text.trimStart().startsWith('<')) return mrssFault(text);
  return forbidden.test(text) ? forbiddenText : undefined;
};

/** A text that goes to Adobe unchanged, whatever is in it. */
export const sentText = z.string().min(1).max(maxLength);

/** The same, checked. */
const namedText = sentText
  .superRefine((text, context) => {
    const message = textFault(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .describe('An id, or an MRSS document: sent to Adobe unchanged');

export const structuredResource = z
  .strictObject(
    {
      channel: id(255).describe("The programmer's id of the channel; the MVPD's title for it is a setting"),
      id: id(1_024).optional().describe('Id of the item: the guid of MRSS'),
      title: content(1_000).optional().describe('Title of the item'),
      rating: z
        .strictObject({
          scheme: z.enum(ratingSchemes),
          value: content(32).describe('Such as TV-14 or PG-13'),
        })
        .optional()
        .describe("For the MVPD's parental controls: of the item, or of a channel without item"),
    },
    {
      error: ({ code }) =>
        code === 'unrecognized_keys' ? 'may have channel, id, title and rating only' : undefined,
    },
  )
  .describe('Sent as the MVPD takes it (setting resources)');

/** Errors name the fault of the form that a resource has. */
export const namedResource = z.union(
  [namedText, structuredResource],
  'must be an id, an MRSS document, or an object with a channel',
);

/** A resource as an app has named it. */
export type NamedResource = z.output<typeof namedResource>;

export type StructuredResource = z.output<typeof structuredResource>;
