import type { Client } from 'oidc-provider';
import type { Messages } from '#src/web/messages';
import type { Link } from '#src/web/pages/notice';

/** The page on which a viewer enters the code of a device, or chooses the app that shows it. */
export const devicePath = '/device';

/** The same page: where apps that speak plain REST V2 send their viewers. */
export const activatePath = '/activate';

export const enterCode = ({ enterCode }: Messages, href = devicePath): Link => ({ href, label: enterCode });

export const connectAnother = ({ anotherDevice }: Messages, href = devicePath): Link => ({
  href,
  label: anotherDevice,
});

export const startPage = ({ startPage }: Messages): Link => ({ href: '/', label: startPage });

interface App {
  /** Shown to viewers. */
  readonly name: string;
  readonly redirectUris: readonly string[];
}

/** The app's own site, or the first page if it has none. */
export const backToApp = (texts: Messages, { name, redirectUris }: App): Link => {
  const [site] = redirectUris.filter((uri) => /^https?:/i.test(uri)).map((uri) => new URL(uri).origin);
  return site === undefined ? startPage(texts) : { href: site, label: texts.backTo(name) };
};

/** The same for what oidc-provider knows of the app. */
export const backToClient = (texts: Messages, { clientName = '', redirectUris = [] }: Client): Link =>
  backToApp(texts, { name: clientName, redirectUris });
