import type { Switches } from '../switches.ts';
import { documented, sampledMessages, sampledPromotionalActions, unlisted } from './error-catalogue.ts';

const catalogue = { ...documented, ...unlisted };

export type RefusalCode = keyof typeof catalogue;

export const refusalCodes = Object.keys(catalogue) as RefusalCode[];

export type EnhancedError = {
  action: string;
  status: number;
  code: RefusalCode;
  message: string;
  details?: string;
  helpUrl: string;
};

export const helpUrl =
  'https://experienceleague.adobe.com/docs/pass/authentication/auth-features/error-reportn/enhanced-error-codes.html';

export const enhancedError = (code: RefusalCode, details?: string): EnhancedError => {
  const [status, action, message] = catalogue[code];
  return { action, status, code, message, ...(details !== undefined && { details }), helpUrl };
};

export const isUnlisted = ({ code }: EnhancedError): boolean => code in unlisted;

/** What an error is about, where the samples word it differently than elsewhere. */
export type ErrorSubject = 'promotionalProfile';

const sampled = (code: RefusalCode, subject: ErrorSubject | undefined) => ({
  ...sampledMessages[code],
  ...(subject === 'promotionalProfile' && sampledPromotionalActions[code]),
});

/** The error with the catalogue's texts or, where they differ and the switch says so, those of the samples. */
export const wordedAs = (
  error: EnhancedError,
  { errorTexts, errorMessages }: Pick<Switches, 'errorTexts' | 'errorMessages'>,
  subject?: ErrorSubject,
) => ({
  ...error,
  ...(errorTexts === 'samples' && sampled(error.code, subject)),
  ...(errorMessages === 'object' && { message: {} }),
});

/** Thrown by an operation to respond with an enhanced error. */
export class Refusal extends Error {
  readonly error: EnhancedError;
  readonly subject: ErrorSubject | undefined;

  constructor(
    code: RefusalCode,
    { details, subject }: { details?: string | undefined; subject?: ErrorSubject | undefined } = {},
  ) {
    super(code);
    this.name = 'Refusal';
    this.error = enhancedError(code, details);
    this.subject = subject;
  }
}

export const refuse = (code: RefusalCode, details?: string): Refusal => new Refusal(code, { details });
