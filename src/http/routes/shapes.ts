import { z } from 'zod';
import { adobeId } from '#src/config/values';

/** Adobe publishes no grammar for codes: only what could bend a URL is kept out. */
export const authenticationCode = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the code of an authentication session');

export const codeParam = z.object({ code: authenticationCode });
export const mvpdParam = z.object({ mvpd: adobeId });

/** Where a browser lands after Adobe is done with it. Adobe checks the domain; we refuse what no browser should open. */
export const landingUrl = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return (
      url !== undefined &&
      !/[\s\p{Cc}]/u.test(text) &&
      !/^(javascript|data|vbscript|file|blob):$/.test(url.protocol) &&
      !url.username &&
      !url.password
    );
  }, 'must be an absolute URL without user information');
