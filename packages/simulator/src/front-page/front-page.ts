/**
 * The page at `/` of every party but Adobe Pass, where the world page is: whom the party plays and who can sign in. This
 * folder owns what people read who open such an address. It must not look like the real organization's page, and is no
 * part of what the party simulates: its requests are neither recorded nor subject to faults.
 */
import { html, type Markup } from '#src/lib/html';
import { showPage, type Theme } from '#src/page';
import { createSite, type Site } from '#src/site';

export interface FrontPage {
  readonly theme?: Theme;
  /** Whom the party plays. */
  readonly name: string;
  /** Its part in the world, in a sentence. */
  readonly part: string;
  readonly people: Markup;
  readonly links: readonly { readonly href: string; readonly label: string }[];
}

const content = ({ part, people, links }: FrontPage): Markup => html`<p>${part}</p>
<p>This is a simulation on this machine; its users are fictional.</p>
${people}
<h2>See also</h2>
<ul>${links.map(({ href, label }) => html`<li><a href="${href}">${label}</a></li>`)}</ul>`;

export const createFrontPage = (page: FrontPage): Site => {
  const show = (status: number, title: string, shown: Markup) => ({
    status,
    title,
    content: shown,
    ...(page.theme && { theme: page.theme }),
  });
  return createSite(
    [
      {
        operation: 'front_page',
        method: 'get',
        path: '/',
        handle: (ctx) => showPage(ctx, show(200, `Simulated ${page.name}`, content(page))),
      },
    ],
    {
      unknown: (ctx) => {
        ctx.set('Allow', 'GET, HEAD');
        showPage(ctx, show(405, 'Method not allowed', html`<p>This page can only be read.</p>`));
      },
      failed: (_ctx, error) => {
        throw error;
      },
    },
  );
};
