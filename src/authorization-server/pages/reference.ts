import { currentContext } from '#src/observability/context';
import type { Messages } from '#src/web/messages';
import type { Notice } from '#src/web/pages/notice';

/** The request's id, by which support finds its log lines. */
export const referenceIn = (texts: Messages): Notice['reference'] => {
  const id = currentContext()?.requestId;
  return id === undefined ? undefined : { label: texts.reference, id };
};
