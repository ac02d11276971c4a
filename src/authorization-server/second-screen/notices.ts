import type { EndOfCode } from '#src/flows/read-open-session';
import type { Page } from '#src/web/layout';
import type { Messages } from '#src/web/messages';
import { noticePage } from '#src/web/pages/notice';
import { activatePath, backToApp, connectAnother, enterCode } from '../pages/next-links.ts';
import { donePageOf, pageOf } from './leave.ts';
import type { Screen } from './screens.ts';

interface App {
  readonly name: string;
  readonly redirectUris: readonly string[];
}

/** The device has its profile; back to the app, if that has a site. */
export const loggedInPage = (texts: Messages, app: App): Page => {
  const another = connectAnother(texts, activatePath);
  const back = backToApp(texts, app);
  return noticePage({
    mark: '✓',
    title: texts.successTitle,
    lead: texts.successLead(app.name),
    links: back.href === '/' ? [another] : [back, another],
  });
};

/** For who has held the code, or the link with its ticket. */
export const endPage = (texts: Messages, why: EndOfCode): Page =>
  noticePage({
    mark: '!',
    title: { expired: texts.codeExpiredTitle, replaced: texts.codeReplacedTitle, used: texts.codeUsedTitle }[
      why
    ],
    lead: { expired: texts.codeExpiredLead, replaced: texts.codeReplacedLead, used: texts.codeUsedLead }[why],
    links: [enterCode(texts, activatePath)],
  });

export const waitingPage = (texts: Messages, screen: Screen): Page =>
  noticePage({
    mark: undefined,
    title: texts.waitingTitle,
    lead: texts.waitingLead,
    links: [
      { href: donePageOf(screen), label: texts.checkAgain },
      { href: pageOf(screen), label: texts.chooseAgain },
    ],
  });

/** The TV provider led another browser back than the one in which the code was entered. */
export const elsewherePage = (texts: Messages): Page =>
  noticePage({
    mark: undefined,
    title: texts.backToTvTitle,
    lead: texts.backToTvLead,
    links: [enterCode(texts, activatePath)],
  });
