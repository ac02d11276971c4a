import { createHmac, type KeyObject } from 'node:crypto';
import type Koa from 'koa';
import getRawBody from 'raw-body';
import { z } from 'zod';
import { constantTimeEqual } from '#src/lib/constant-time-equal';
import { fail } from '#src/lib/errors';

const formSchema = z.record(z.string(), z.string());

interface Deps {
  readonly publicOrigin: string;
  readonly cookieKeys: readonly [KeyObject, ...KeyObject[]];
}

/** CSRF protection: forms are accepted from our own pages only, by the browser's headers and a token. */
export const createOwnForms = ({ publicOrigin, cookieKeys }: Deps) => {
  const proof = (key: KeyObject, subject: string) =>
    createHmac('sha256', key).update(`form:${subject}`).digest('base64url');

  /**
   * Rejects a POST that came from another site by its headers. `Origin: null` proves nothing: browsers send it from
   * our own pages too, because of their referrer policy (Fetch §3.2). Errors: sign_in_form_foreign.
   */
  const rejectForeign = (ctx: Pick<Koa.Context, 'get'>): void => {
    const [origin, site] = [ctx.get('Origin'), ctx.get('Sec-Fetch-Site')];
    const foreign =
      (origin !== '' && origin !== 'null' && origin !== publicOrigin) || !/^(same-origin|)$/.test(site);
    if (foreign) throw fail('sign_in_form_foreign', { detail: `Origin ${origin}, Sec-Fetch-Site ${site}` });
  };

  return {
    rejectForeign,
    /** The hidden field that a form about `subject` must contain. */
    fieldsFor: (subject: string): Record<string, string> => ({
      csrf: proof(cookieKeys[0], subject),
    }),
    /** The fields of a form about `subject`. Errors: sign_in_form_foreign. */
    read: async (ctx: Koa.Context, subject: string): Promise<Record<string, string>> => {
      rejectForeign(ctx);
      if (!ctx.is('application/x-www-form-urlencoded'))
        throw fail('sign_in_form_foreign', { detail: 'not a form' });
      const text = await getRawBody(ctx.req, { limit: '4kb', encoding: 'utf8' }).catch((cause: unknown) => {
        throw fail('sign_in_form_foreign', { detail: 'the form cannot be read', cause });
      });
      const fields = formSchema.parse(Object.fromEntries(new URLSearchParams(text)));
      const genuine = cookieKeys.some((key) => constantTimeEqual(fields['csrf'] ?? '', proof(key, subject)));
      if (!genuine) throw fail('sign_in_form_foreign', { detail: 'the form token is missing or wrong' });
      return fields;
    },
  };
};

export type OwnForms = ReturnType<typeof createOwnForms>;
