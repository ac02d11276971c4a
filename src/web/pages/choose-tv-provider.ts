import { type FormTarget, hiddenFields } from '../form.ts';
import { type Html, html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

export interface TvProviderChoice {
  readonly id: string;
  readonly displayName: string;
  /** An https URL. */
  readonly logoUrl?: string | undefined;
  /** Whether the viewer has used it before. */
  readonly isRemembered: boolean;
}

export interface ChooseTvProvider {
  /** Shown to viewers. */
  readonly app: string;
  /** Those that fit what was searched for. */
  readonly providers: readonly TvProviderChoice[];
  /** Where the choice is sent; the id is the field `mvpd`. */
  readonly choose: FormTarget;
  /** The page for whoever does not want to choose now; undefined where there is nothing without a choice. */
  readonly later?: string | undefined;
  /** Whether the provider that the viewer chose cannot be used. */
  readonly isRefused?: boolean;
  /** Where a search is sent by GET, with the field `q`; undefined where there is little to search. */
  readonly search?: (FormTarget & { readonly query: string }) | undefined;
}

/** The CSP sources of the logos. */
export const logoSources = (providers: readonly TvProviderChoice[]): readonly string[] => [
  ...new Set(providers.flatMap(({ logoUrl }) => (logoUrl === undefined ? [] : [new URL(logoUrl).origin]))),
];

const providerChoice = (
  texts: Messages,
  { id, displayName, logoUrl, isRemembered }: TvProviderChoice,
): Html => html`<button type="submit" name="mvpd" value="${id}" class="tv-provider">${
  logoUrl !== undefined &&
  html`<span class="logo"><img src="${logoUrl}" alt="" loading="lazy" referrerpolicy="no-referrer"></span>`
}<span>${displayName}${isRemembered && html` <small>${texts.tvProviderRemembered}</small>`}</span></button>
`;

const searchForm = (
  texts: Messages,
  { action, fields, query }: NonNullable<ChooseTvProvider['search']>,
): Html => html`<form method="get" action="${action}" role="search" class="search">${hiddenFields(fields)}
<label for="search">${texts.tvProviderSearch}</label>
<div><input type="search" id="search" name="q" value="${query}" maxlength="100" autocomplete="off" autocorrect="off" spellcheck="false"><button type="submit" class="plain">${texts.tvProviderSearchSubmit}</button></div>
</form>`;

/** The viewer chooses a TV provider: one button each, and a search by name. */
export const chooseTvProviderPage = (
  texts: Messages,
  { app, providers, choose, search, later, isRefused = false }: ChooseTvProvider,
): Page => ({
  title: texts.tvProviderTitle,
  body: html`<p class="lead">${texts.tvProviderLead(app)}</p>
${isRefused && html`<p class="alert" role="alert">${texts.tvProviderRefused}</p>`}
${search && searchForm(texts, search)}
${
  providers.length > 0
    ? html`<form method="post" action="${choose.action}" class="actions">${hiddenFields(choose.fields)}
${providers.map((provider) => providerChoice(texts, provider))}</form>`
    : html`<p class="alert" role="status">${search?.query ? texts.tvProviderNotFound : texts.tvProviderNone}</p>`
}
${search?.query && html`<a class="button link" href="${search.action}">${texts.tvProviderAll}</a>`}
${later !== undefined && html`<a class="button link" href="${later}">${texts.finishLater}</a>`}`,
});
