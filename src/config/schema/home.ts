import { z } from 'zod';
import { httpUrl } from '../values.ts';

export const homeSchema = z
  .strictObject({
    redirect: httpUrl
      .optional()
      .describe(
        'Where the first page (`/`) redirects to, your own site for example; a plain page by default',
      ),
  })
  .prefault({});
