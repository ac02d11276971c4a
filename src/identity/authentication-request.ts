import type { ServerMetadata } from 'openid-client';
import { rejected } from './errors.ts';

/** What an app asks of the sign-in itself (OpenID Connect Core §3.1.2.1). */
export interface AuthenticationRequest {
  /** Credentials entered now, or a choice of accounts. */
  readonly prompt?: 'login' | 'select_account' | undefined;
  /** Seconds since the viewer last entered credentials. */
  readonly maxAge?: number | undefined;
  readonly loginHint?: string | undefined;
  readonly uiLocales?: readonly string[] | undefined;
  /** Voluntary: the provider may sign the viewer in otherwise, and `acr` says how it did. */
  readonly acrValues?: readonly string[] | undefined;
}

export type Parameters = Readonly<Record<string, string>>;

/** Translates the request for a provider, as far as the provider knows such parameters. */
export type ParametersOf = (request: AuthenticationRequest, metadata: ServerMetadata) => Parameters;

/** Whether the answer must prove when the viewer entered credentials. */
export const demandsProof = ({ prompt, maxAge }: AuthenticationRequest): boolean =>
  prompt === 'login' || maxAge !== undefined;

/** Seconds; as long as a sign-in may take. */
const anyAge = 600;

/** For an OpenID Provider: its metadata says what it supports; what it leaves open is sent. */
export const oidcParameters: ParametersOf = (request, metadata) => {
  const prompt = promptOf(request, metadata);
  return withoutEmpty({
    prompt,
    // With max_age the provider must say auth_time (Core §2); prompt=login alone does not oblige it to.
    max_age: request.maxAge ?? (request.prompt === 'login' ? anyAge : undefined),
    login_hint: request.loginHint,
    ui_locales: supported(request.uiLocales, metadata.ui_locales_supported, languageOf),
    acr_values: supported(request.acrValues, metadata.acr_values_supported, (value) => value),
  });
};

/** `select_account` is optional for providers; a login also lets the viewer change the account. */
const promptOf = ({ prompt, maxAge }: AuthenticationRequest, metadata: ServerMetadata) => {
  if (prompt !== 'select_account') return prompt ?? (maxAge === 0 ? 'login' : undefined);
  const known = listOf(metadata['prompt_values_supported']);
  return known?.includes('select_account') ? 'select_account' : 'login';
};

/** RFC 5646: the primary language; a provider that speaks `pt` serves `pt-BR`. */
const languageOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';

const supported = (
  wanted: readonly string[] | undefined,
  published: unknown,
  comparable: (value: string) => string,
): string | undefined => {
  const known = listOf(published)?.map(comparable);
  return wanted?.filter((value) => known?.includes(comparable(value)) ?? true).join(' ');
};

const listOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;

export const withoutEmpty = (parameters: Readonly<Record<string, string | number | undefined>>): Parameters =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );

interface Proof {
  readonly request: AuthenticationRequest;
  /** When we sent the viewer to the provider. Times are seconds. */
  readonly begunAt: number;
  readonly authTime: number | undefined;
  readonly now: number;
  readonly clockTolerance: number;
}

/**
 * Credentials entered since the viewer was sent away satisfy any request; `max_age` also accepts younger ones than
 * that. A provider that does not say `auth_time` proves nothing. Errors: identity_rejected.
 */
export const checkProof = ({ request, begunAt, authTime, now, clockTolerance }: Proof): void => {
  if (!demandsProof(request)) return;
  if (authTime === undefined) throw rejected('auth_time: not said');
  if (authTime > now + clockTolerance) throw rejected('auth_time: in the future');
  const { prompt, maxAge = 0 } = request;
  const oldest = prompt === 'login' ? begunAt : Math.min(begunAt, now - maxAge);
  if (authTime + clockTolerance < oldest) throw rejected('auth_time: too long ago');
};
