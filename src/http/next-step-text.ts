import type { NextStep } from '#src/flows/next-step';
import type { Messages } from '#src/web/messages';
import { negotiateLanguage } from '#src/web/negotiate-language';

const textOf: Readonly<Record<NextStep, (texts: Messages) => string>> = {
  upgrade: ({ playUpgrade }) => playUpgrade,
  parental: ({ playParental }) => playParental,
  authenticate: ({ playAuthenticate }) => playAuthenticate,
  retry: ({ playRetry }) => playRetry,
  'contact-provider': ({ playContactProvider }) => playContactProvider,
};

/** What a viewer can do about a resource that does not play, in the language that they prefer. */
export const describeNextStep = (
  step: NextStep,
  acceptLanguage: string,
): { readonly text: string; readonly language: string } => {
  const texts = negotiateLanguage({ acceptLanguage });
  return { text: textOf[step](texts), language: texts.language };
};
