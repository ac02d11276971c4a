import { type FormTarget, hiddenFields } from '../form.ts';
import { html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { Messages } from '../messages.ts';

export interface DeviceCode {
  readonly submit: FormTarget;
  /** From the QR code, or as typed before. */
  readonly code: string;
  readonly problem?: 'refused' | 'missing' | 'again' | undefined;
}

const problems = { refused: 'codeRefused', missing: 'codeMissing', again: 'codeAgain' } as const;

/** The viewer types the code of the TV, or finds it filled in. */
export const deviceCodePage = (texts: Messages, { submit, code, problem }: DeviceCode): Page => ({
  title: texts.codeTitle,
  body: html`<p class="lead">${code && !problem ? texts.codePrefilledLead : texts.codeLead}</p>
${problem && html`<p class="alert" role="alert" id="problem">${texts[problems[problem]]}</p>`}
<form method="post" action="${submit.action}">${hiddenFields(submit.fields)}
<label for="code">${texts.codeLabel}</label>
<input type="text" id="code" name="user_code" value="${code}" required maxlength="40" autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false"${problem ? html` aria-invalid="true" aria-describedby="problem"` : html``}>
<button type="submit">${texts.codeSubmit}</button>
</form>
<p class="hint">${texts.codeHint}</p>`,
});
