import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { noticePage } from '#src/web/pages/notice';
import { enterCode, startPage } from '../pages/next-links.ts';
import { referenceIn } from '../pages/reference.ts';
import { show } from '../pages/show.ts';

/** Only the error's class distinguishes a code that expired or was used meanwhile from a denial. */
const outcome = (error: Error | undefined): 'refused' | 'expired' | 'denied' | 'failure' => {
  if (error instanceof errors.SessionNotFound) return 'expired';
  if (error?.name === 'AbortedError') return 'denied';
  return /^(NotFound|Expired|AlreadyUsed)Error$/.test(error?.name ?? '') ? 'refused' : 'failure';
};

const leads = { refused: 'codeRefused', expired: 'expiredLead', failure: 'failureLead' } as const;

/** How the sign-in of a device ended without success. */
export const deviceFailure = (ctx: KoaContextWithOIDC, _form: string, _out?: object, error?: Error): void => {
  // oidc-provider has just given the session a form token, which our forms do not use, and would store it.
  if (ctx.oidc.session) Reflect.set(ctx.oidc.session, 'touched', false);
  const found = outcome(error);
  if (found === 'denied') {
    show(ctx, (texts) =>
      noticePage({
        mark: '×',
        title: texts.deniedTitle,
        lead: texts.deniedLead,
        links: [enterCode(texts), startPage(texts)],
      }),
    );
    return;
  }
  show(
    ctx,
    (texts) =>
      noticePage({
        mark: '!',
        title: found === 'failure' ? texts.failureTitle : texts.expiredTitle,
        lead: texts[leads[found]],
        reference: found === 'failure' ? referenceIn(texts) : undefined,
        links: [enterCode(texts), startPage(texts)],
      }),
    { status: found === 'failure' ? ctx.status : 400 },
  );
};
