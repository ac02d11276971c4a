import type { HTMLElement } from 'node-html-parser';
import { describePage, list, type Page, tidy } from './page.ts';

type Fill = Readonly<Record<string, string>>;

/** What a person does with a form, and what an attacker changes in it. */
export interface Submission {
  /** What is typed in, by the name or label of a visible field. */
  readonly fill?: Fill;
  /** The text of the button, or a part of it. Without it, the only form that fits is sent by its first button. */
  readonly button?: string;
  /** The page of the form, if it is not the one shown now: another tab, or one page back. */
  readonly on?: Page;
  /** Fields sent instead of or beside those of the form, hidden ones included. */
  readonly fields?: Fill;
  /** Request headers that replace the browser's own. */
  readonly headers?: Fill;
}

export interface FormRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly fields: URLSearchParams;
}

/**
 * The request that a browser sends for the one form of the page that has these fields and this button. Errors: an
 * Error that lists the fields and buttons of the page if no form fits, or more than one.
 */
export const fillForm = (
  page: Page,
  { fill = {}, button, fields: changed = {} }: Pick<Submission, 'fill' | 'button' | 'fields'>,
): FormRequest => {
  const form = findForm(page, Object.keys(fill), button);
  const pressed = button === undefined ? buttonsOf(form)[0] : buttonNamed(form, button);
  const fields = new URLSearchParams();
  for (const control of form.querySelectorAll('input, select, textarea')) {
    const value = contribution(control, labelOf(form, control), typedInto(form, control, fill));
    const name = control.getAttribute('name');
    if (name && value !== undefined && control.getAttribute('disabled') === undefined)
      fields.append(name, value);
  }
  const buttonName = pressed?.getAttribute('name');
  if (buttonName) fields.append(buttonName, pressed?.getAttribute('value') ?? '');
  for (const [name, value] of Object.entries(changed)) fields.set(name, value);
  const method = pressed?.getAttribute('formmethod') ?? form.getAttribute('method') ?? 'get';
  const action = pressed?.getAttribute('formaction') ?? (form.getAttribute('action') || page.url.href);
  return { method: method.toLowerCase() === 'post' ? 'POST' : 'GET', url: new URL(action, page.url), fields };
};

const findForm = (page: Page, fields: readonly string[], button: string | undefined): HTMLElement => {
  const fits = page.root
    .querySelectorAll('form')
    .filter((form) => fields.every((name) => hasField(form, name)))
    .filter((form) => button === undefined || buttonNamed(form, button));
  const [form] = fits;
  if (form && (fits.length === 1 || button !== undefined)) return form;
  const wanted = [
    ...fields.map((name) => `field "${name}"`),
    ...(button === undefined ? [] : [`button "${button}"`]),
  ].join(', ');
  const reason = form ? `${fits.length} forms match; name a button` : 'no form matches';
  throw new Error(
    `cannot submit ${wanted || 'a form'} on ${describePage(page)}: ${reason}. ${contents(page)}`,
  );
};

const contents = ({ root, text }: Page): string => {
  const names = root.querySelectorAll('input[name], select[name], textarea[name]').filter(isVisible);
  const fields = list(names.map((control) => control.getAttribute('name') ?? ''));
  const buttons = list(root.querySelectorAll('form').flatMap(buttonsOf).map(buttonText));
  return `It has fields ${fields} and buttons ${buttons}. Its text: ${text.slice(0, 200) || 'nothing'}`;
};

const isVisible = (control: HTMLElement): boolean => typeOf(control) !== 'hidden';

const typeOf = (control: HTMLElement): string => (control.getAttribute('type') ?? 'text').toLowerCase();

/** Whether a field that a person can see goes by this name, in the markup or on its label. */
const goesBy = (form: HTMLElement, control: HTMLElement, name: string): boolean =>
  isVisible(control) &&
  (control.getAttribute('name') === name || labelOf(form, control).toLowerCase() === name.toLowerCase());

const hasField = (form: HTMLElement, name: string): boolean =>
  form.querySelectorAll('input, select, textarea').some((control) => goesBy(form, control, name));

const typedInto = (form: HTMLElement, control: HTMLElement, fill: Fill): string | undefined =>
  Object.entries(fill).find(([name]) => goesBy(form, control, name))?.[1];

const labelOf = (form: HTMLElement, control: HTMLElement): string => {
  const id = control.getAttribute('id');
  const label = form
    .querySelectorAll('label')
    .find((candidate) => id && candidate.getAttribute('for') === id);
  return tidy((label ?? control.closest('label'))?.text ?? control.getAttribute('aria-label') ?? '');
};

const buttonsOf = (form: HTMLElement): HTMLElement[] =>
  form
    .querySelectorAll('button, input')
    .filter((control) =>
      control.tagName === 'BUTTON' ? !/^(button|reset)$/.test(typeOf(control)) : typeOf(control) === 'submit',
    );

const buttonText = (button: HTMLElement): string =>
  tidy(button.tagName === 'BUTTON' ? button.text : (button.getAttribute('value') ?? ''));

const buttonNamed = (form: HTMLElement, text: string): HTMLElement | undefined =>
  buttonsOf(form).find((button) => buttonText(button) === text) ??
  buttonsOf(form).find((button) => buttonText(button).includes(text));

/** What a control contributes; undefined when it contributes nothing. */
const contribution = (control: HTMLElement, label: string, typed: string | undefined): string | undefined => {
  if (control.tagName === 'SELECT') return selected(control, typed);
  if (control.tagName === 'TEXTAREA') return typed ?? control.text;
  const own = control.getAttribute('value');
  const checked = control.getAttribute('checked') !== undefined;
  switch (typeOf(control)) {
    case 'submit':
    case 'button':
    case 'reset':
    case 'image':
    case 'file':
      return undefined;
    case 'radio':
      return (typed === undefined ? checked : typed === own || label.startsWith(typed))
        ? (own ?? 'on')
        : undefined;
    case 'checkbox':
      return (typed === undefined ? checked : typed !== '') ? (own ?? 'on') : undefined;
    default:
      return typed ?? own ?? '';
  }
};

const selected = (control: HTMLElement, typed: string | undefined): string | undefined => {
  const options = control.querySelectorAll('option');
  const value = (option: HTMLElement) => option.getAttribute('value') ?? tidy(option.text);
  const option =
    typed === undefined
      ? (options.find((candidate) => candidate.getAttribute('selected') !== undefined) ?? options[0])
      : options.find((candidate) => value(candidate) === typed || tidy(candidate.text) === typed);
  if (typed !== undefined && !option)
    throw new Error(`the list ${control.getAttribute('name')} has no option "${typed}"`);
  return option && value(option);
};
