import { z } from 'zod';
import type { AppConfig } from '#src/config/schema';
import { statementsOf } from '#src/config/software-statements';
import type { Clock } from '#src/lib/clock';
import { parseJson } from '#src/lib/json';
import type { Check, Outcome } from '../check.ts';
import { failed, ok } from '../outcome.ts';

export const statementId = (app: string): string => `adobe.${app}.statement`;

interface Deps {
  readonly app: Pick<AppConfig, 'id' | 'softwareStatement'>;
  readonly clock: Pick<Clock, 'now'>;
}

const claimsSchema = z.looseObject({
  iss: z.string().optional(),
  iat: z.number().optional(),
  exp: z.number().optional(),
});

/** What the software statement says of itself. Adobe alone can verify it. */
export const createStatementCheck = ({ app, clock }: Deps): Check => ({
  id: statementId(app.id),
  question: `Is the software statement of ${app.id} whole and in date?`,
  run: async () => {
    const [first, ...others] = statementsOf(app);
    const setting = `apps.${app.id}.softwareStatement`;
    const outcome = judge(first, setting, clock.now());
    const faults = others
      .map((statement, index) => judge(statement, `${setting}[${index + 1}]`, clock.now()))
      .filter(({ verdict }) => verdict === 'failed');
    return outcome.verdict === 'failed' ? outcome : (faults[0] ?? outcome);
  },
});

const judge = (statement: string, setting: string, now: number): Outcome => {
  const claims = claimsOf(statement);
  if (!claims) {
    const cure = `Paste it whole into ${setting}: the file of the registered application, from the TVE Dashboard.`;
    return failed('It is not a software statement: three parts with dots between, a JWT.', cure);
  }
  const { iss, iat, exp } = claims;
  const facts = {
    ...(iss !== undefined && { issuer: iss }),
    ...(iat !== undefined && { issuedAt: dateOf(iat) }),
    ...(exp !== undefined && { expires: dateOf(exp) }),
  };
  if (exp !== undefined && exp * 1000 <= now)
    return failed('It has expired.', `Get a new one from the TVE Dashboard for ${setting}.`, facts);
  return ok('The software statement is whole and in date.', facts);
};

const dateOf = (seconds: number): string => {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'not a date' : date.toISOString().slice(0, 10);
};

const claimsOf = (statement: string): z.output<typeof claimsSchema> | undefined => {
  const [header, claims, signature, ...more] = statement.split('.');
  if (!signature || more.length > 0 || !partOf(header)) return undefined;
  return claimsSchema.safeParse(partOf(claims)).data;
};

const partOf = (text = ''): unknown => parseJson(Buffer.from(text, 'base64url').toString('utf8'));
