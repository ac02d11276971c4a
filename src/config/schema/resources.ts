import { z } from 'zod';
import { isPlainText } from '#src/lib/text';
import { adobeId } from '../values.ts';

/** Sent alone, it must not be taken for a document. */
const channel = z
  .string()
  .max(255)
  .refine(
    (text) => isPlainText(text) && !text.includes('<'),
    'must be one line of visible characters without <',
  );

const formats = ['channel', 'id', 'mrss'] as const;

/** How the resources are sent that an app names by their parts to `POST /v1/sp/{serviceProvider}/decisions`. */
export const resourcesSchema = z
  .strictObject({
    format: z
      .enum(formats)
      .default('channel')
      .describe(
        'What MVPDs take that are not named below: the title of the channel; the id of the item, or the channel where there is none; or an MRSS document with channel, item and rating. The first two say nothing about ratings',
      ),
    mvpds: z
      .array(
        z.strictObject({
          id: adobeId.describe('MVPD, as agreed with it'),
          format: z.enum(formats).optional().describe('What this MVPD takes; `resources.format` if absent'),
          channels: z
            .array(
              z.strictObject({
                channel: channel.describe("The programmer's id of the channel"),
                title: channel.describe("The MVPD's title of it"),
              }),
            )
            .max(1_000)
            .default([])
            .describe('Channels that this MVPD knows by another title than their id'),
        }),
      )
      .max(2_000)
      .default([])
      .describe('MVPDs with a format or with channel titles of their own'),
  })
  .prefault({});
