import { z } from 'zod';
import { isDeviceIdentifier } from '#src/lib/device';
import { isLibraryText, issueText } from '#src/lib/issue-text';
import { isPlainText } from '#src/lib/text';

/** Bytes. */
export const maxLineLength = 65_536;

const plain = (max: number) =>
  z.string().max(max).refine(isPlainText, 'must be one line of visible characters');

/** Appendix A of RFC 6749, without spaces. */
const credential = z.string().regex(/^[\x21-\x7e]*$/, 'must consist of visible ASCII characters');

const identity = z.strictObject({
  issuer: plain(2048).describe('`iss` of the ID tokens of the identity provider, character by character'),
  subject: plain(255).describe('`sub` of the viewer there'),
});

const accountLine = z.strictObject({
  type: z.literal('account'),
  family: z.string().describe('Id of the family in the settings'),
  identities: z
    .array(identity)
    .min(1)
    .max(20)
    .refine(
      (list) => new Set(list.map(({ issuer }) => issuer)).size === list.length,
      'must have one identity of an issuer',
    )
    .describe('All that the account has, at most one of each issuer'),
  subject: plain(255)
    .optional()
    .describe(
      '`sub` of the service tokens that the viewer had so far, kept for good; without it Kinpass makes one',
    ),
});

const credentialsLine = z.strictObject({
  type: z.literal('credentials'),
  app: z.string().describe('Id of the app in the settings'),
  serviceProvider: z
    .string()
    .optional()
    .describe('Service provider of the profiles; the line is refused if the app may not use it'),
  device: z
    .string()
    .max(4096)
    .refine(isDeviceIdentifier, 'must be "fingerprint " and the Base64 of the device\'s id')
    .describe('`AP-Device-Identifier` that the installation sends'),
  clientId: credential.min(1).max(255).describe('`client_id` that Adobe issued to the installation'),
  clientSecret: credential.min(16).max(255).describe('`client_secret` that Adobe issued to the installation'),
  viewer: identity
    .optional()
    .describe('An identity of the account that has the credentials; without it the installation has them'),
});

/** A line of an import. docs/migration.md is generated from it. */
export const importLine = z.discriminatedUnion('type', [accountLine, credentialsLine]);

export type ImportLine = z.output<typeof importLine>;
export type AccountLine = z.output<typeof accountLine>;
export type CredentialsLine = z.output<typeof credentialsLine>;

/** What is wrong with a line; `field` is empty where it is the line itself. */
export interface LineFault {
  readonly field: string;
  readonly hint: string;
}

/** No value of the line is in a fault: it may be a secret. */
export const parseLine = (text: string): ImportLine | LineFault => {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return { field: '', hint: 'is not valid JSON' };
  }
  const result = importLine.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (!issue) return { field: '', hint: 'is not valid' };
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return { field: [...path, issue.keys[0] ?? ''].join('.'), hint: 'is not known' };
  if (issue.code === 'invalid_union' && isLibraryText(issue.message))
    return { field: 'type', hint: 'must be account or credentials' };
  return { field: path.join('.'), hint: issueText(issue, input) };
};
