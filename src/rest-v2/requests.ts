/** The shapes of what apps send. Sources: REST API V2 and DCR reference pages. */
import { z } from 'zod';
import { adobeId } from '#src/config/values';
import type { Operation } from './operation.ts';
import { redirectUrl } from './redirect-url.ts';

/** Adobe publishes no grammar for codes: only what could alter a URL is rejected. */
const authenticationCode = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the code of an authentication session');

/** Each may be missing: Adobe then says which, and the session is resumed on another screen. */
export const sessionForm = z.object({
  mvpd: adobeId.optional(),
  domainName: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, 'must be a domain name')
    .optional(),
  redirectUrl: redirectUrl.optional(),
});

/** The partner's account framework names the MVPD. */
export const partnerForm = sessionForm.omit({ mvpd: true });

/** The MVPD's SAML response in Base64, as the framework hands it to the app. */
export const partnerProfileForm = z.object({
  SAMLResponse: z.string().regex(/^[A-Za-z0-9+/_-]+={0,2}$/, 'must be a SAML response in Base64'),
});

/** Resources are ids or MRSS documents. Adobe limits their number, for each MVPD, and says so: too_many_resources. */
export const resourcesBody = z.object({
  resources: z.array(z.string().min(1).max(16_384)).min(1, 'must name at least one resource'),
});

/** Listed without a description in Adobe's OpenAPI file. */
export const configurationQuery = z.object({ profile: z.string().max(255).optional() });

export const logoutQuery = z.object({ redirectUrl: redirectUrl.optional() });

export const registrationRequest = z.object({
  software_statement: z.string().min(1).max(16_384),
  redirect_uri: z.unknown().optional(),
});

/** A form, or the query of a request without a body. */
export const tokenRequest = z.object({
  grant_type: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
});

const commonParameters = {
  serviceProvider: adobeId,
  mvpd: adobeId,
  partner: adobeId,
  code: authenticationCode,
};

/** The names in a path's `{…}`, in order. */
const parameterNames = (path: string): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The shapes of an operation's path parameters, in order. */
export const parameterShapes = ({
  path,
  parameters,
}: Pick<Operation, 'path' | 'parameters'>): Record<string, z.ZodType<string>> => {
  const known: Readonly<Record<string, z.ZodType<string>>> = { ...commonParameters, ...parameters };
  return Object.fromEntries(
    parameterNames(path).map((name) => {
      const shape = known[name];
      if (!shape) throw new Error(`${path} has a parameter without a shape: ${name}`);
      return [name, shape];
    }),
  );
};
