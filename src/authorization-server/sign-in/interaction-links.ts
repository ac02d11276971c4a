import type { FormTarget } from '#src/web/form';
import { formSources, providerSources } from '../pages/form-source.ts';
import type { OwnForms } from '../pages/own-forms.ts';
import type { Interaction } from './decide-once.ts';

/** Where the forms and links of an interaction's pages lead. */
export const createInteractionLinks =
  (forms: OwnForms, publicOrigin: string) => (interaction: Pick<Interaction, 'uid' | 'params'>) => {
    const path = `/interaction/${interaction.uid}`;
    const fields = forms.fieldsFor(interaction.uid);
    const target = (step: string, more: Record<string, string> = {}): FormTarget => ({
      action: `${path}/${step}`,
      fields: { ...fields, ...more },
    });
    const back = formSources(interaction.params['redirect_uri']);
    return {
      page: path,
      switchUrl: `${path}?account=other`,
      /** `otherAccount`: the provider lets the viewer choose, instead of sending back whom it remembers. */
      start: (provider: string, otherAccount: boolean) =>
        target('sign-in', { provider, ...(otherAccount && { account: 'other' }) }),
      approve: target('approve'),
      deny: target('deny'),
      /** For pages whose forms lead back to the app at most. */
      back,
      /** For pages whose forms go to an identity provider, which may redirect to any host of its own. */
      away: [...providerSources(publicOrigin), ...back],
    };
  };

export type InteractionLinks = ReturnType<typeof createInteractionLinks>;
