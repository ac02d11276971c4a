import type { Messages } from '#src/web/messages';
import { type Notice, noticePage } from '#src/web/pages/notice';
import { connectAnother, startPage } from '../pages/next-links.ts';
import { type PageContext, show } from '../pages/show.ts';

const success = (ctx: PageContext, lead: (texts: Messages) => string): void =>
  show(ctx, (texts) => {
    const links: Notice['links'] = [connectAnother(texts), startPage(texts)];
    return noticePage({ mark: '✓', title: texts.successTitle, lead: lead(texts), links });
  });

/** The device has everything: it goes on by itself. `app`: its name. */
export const showDeviceSuccess = (ctx: PageContext, app: string): void =>
  success(ctx, ({ successLead }) => successLead(app));

/** The device is signed in, and lacks a TV provider. */
export const showLater = (ctx: PageContext, app: string): void =>
  success(ctx, ({ laterLead }) => laterLead(app));
