import { z } from 'zod';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration such as `30s`, `10m`, `1h`; milliseconds after parsing. */
export const duration = (min: string, max: string) => {
  const [minMs, maxMs] = [milliseconds(min), milliseconds(max)];
  return z
    .string()
    .regex(/^\d+(ms|s|m|h|d)$/, 'must be a number and a unit: ms, s, m, h or d, such as 30s')
    .transform(milliseconds)
    .refine((ms) => ms >= minMs && ms <= maxMs, `must be between ${min} and ${max}`);
};

const milliseconds = (text: string): number => {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  return Number(amount) * units[unit as keyof typeof units];
};

/** Text that must not be empty. */
export const text = z.string().min(1);

/** Control characters, line separators, and marks that change the direction of what follows. */
const notOfOneLine = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** A name that viewers read. */
export const viewerText = text
  .max(60)
  .refine(
    (name) => !notOfOneLine.test(name),
    'must be one line without marks that change the direction of text',
  );

/** Text that is never shown. */
export const secretText = text.meta({ writeOnly: true });

/** A bearer token that a caller is given in the settings (RFC 6750 §2.1). */
export const bearerToken = z
  .string()
  .regex(/^[A-Za-z0-9._~+/-]{32,}=*$/, 'must be at least 32 letters, digits or any of . _ ~ + / -')
  .meta({ writeOnly: true })
  .describe('Bearer token: `openssl rand -base64 32`');

/** Path of a file that must be readable. */
export const readableFile = text.meta({ format: 'path' });

/** Any text counts as CSS, so the name must say that it is meant to be published as CSS. */
export const stylesheetFile = text
  .regex(/\.css$/i, 'must be a file whose name ends in .css')
  .meta({ format: 'path' });

const refusal = (message: string, write?: string) => ({ message, params: { write } });

const nothingAfter = 'must have no path, query, fragment or user';

const originWith = (notBare: string) =>
  z
    .string()
    .superRefine((value, context) => {
      const fault = originFault(value, notBare);
      if (fault) context.addIssue({ code: 'custom', ...fault });
    })
    .transform((value) => new URL(value).origin)
    .meta({ format: 'uri' });

const originFault = (value: string, notBare: string): ReturnType<typeof refusal> | undefined => {
  if (value.includes('*')) return refusal('must name one origin: wildcards such as * are not supported');
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    const completed = `https://${value}`;
    const isHost = /^[a-z0-9.-]+(:\d+)?$/i.test(value) && URL.canParse(completed);
    const write = isHost ? new URL(completed).origin : undefined;
    return refusal('must be an http(s) origin such as https://sso.example.com', write);
  }
  const { pathname, search, hash, username, password, origin } = new URL(value);
  const isBare = pathname === '/' && !search && !hash && !username && !password;
  return isBare ? undefined : refusal(notBare, origin);
};

/** An origin: scheme, host and port, nothing after. Returned in canonical form, without a trailing slash. */
export const origin = originWith(nothingAfter);

/** The gateway's own: Adobe's paths, which apps put after it, begin at the root of a host. */
export const rootOrigin = originWith(
  `${nothingAfter}: apps put the paths of REST API V2 after it, which begin at the root of the host`,
);

/** A URL without user and password. */
export const namesNoUser = (value: string): boolean => {
  const url = URL.parse(value);
  return !url?.username && !url?.password;
};

export const httpUrl = z
  .string()
  .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), {
    error: 'must be an http(s) URL such as https://accounts.example.com',
  })
  .refine(namesNoUser, 'must have no user or password: others get to see this URL')
  .meta({ format: 'uri' });

/** A host name in lower case; never a top-level domain alone, for which everybody registers names. */
export const domain = z
  .string()
  .regex(
    /^(?=.{1,253}$)(localhost|([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?)$/,
    'must be a domain such as example.com, in lower case, without scheme, port or wildcard',
  );

/** Schemes that browsers or operating systems give a meaning of their own. */
const takenSchemes = new Set(
  [
    'http https ws wss ftp file data blob javascript vbscript about view-source filesystem jar',
    'chrome chrome-extension moz-extension edge resource content intent android-app market',
    'mailto tel sms urn ldap',
  ].flatMap((names) => names.split(' ')),
);

/** Whether a URI has a scheme that no app can have for itself. */
export const hasTakenScheme = (uri: URL): boolean => takenSchemes.has(uri.protocol.slice(0, -1));

/** The scheme of one app (RFC 8252 §7.1). */
export const appScheme = z
  .string()
  .regex(/^[a-z][a-z0-9+.-]{0,62}$/, 'must be a scheme such as com.example.app, in lower case, without ":"')
  .refine((scheme) => !takenSchemes.has(scheme), 'must be a scheme of the app alone');

/** Ids that are used in paths and file names: never `.` or `..`, never a separator. */
export const slug = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'must be 1 to 64 letters, digits, - or _, and start with a letter or digit',
  );

/** Adobe's ids (service providers, MVPDs) may also hold dots. */
export const adobeId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be 1 to 128 letters, digits, . - or _');

export const port = z.number().int().min(0).max(65_535);

/**
 * Registered claims that do not identify a person: they describe the token, or they can change
 * (OpenID Connect Core §2 and §5.1, RFC 7519 §4.1).
 */
const unsuitableClaims = new Set(
  [
    'iss aud exp nbf iat jti nonce azp amr acr auth_time at_hash c_hash s_hash sid hd',
    'name given_name family_name middle_name nickname preferred_username profile picture website email',
    'email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at',
  ].flatMap((names) => names.split(' ')),
);

/** The name of a claim that can identify a person. */
export const claimName = z
  .string()
  .regex(/^[\w.:/-]{1,128}$/, 'is not a valid claim name')
  .refine((name) => !unsuitableClaims.has(name), 'must be an id that never changes');
