/**
 * Where Adobe's documentation is silent or contradicts itself: one named switch per question, its default the more
 * probable reading. Set at the start (`startSimulator({ switches })`) and at any time (`PUT /_control/switches`).
 */
import { z } from 'zod';

const either = <const V extends readonly [string, ...string[]]>(values: V, text: string) =>
  z.enum(values).default(values[0]).describe(text);

const no = (text: string) => z.boolean().default(false).describe(text);

/** The first value of each choice is the default. */
export const switchesSchema = z.strictObject({
  // Requests
  deviceInfo: either(
    ['decodable', 'required', 'any'],
    'X-Device-Info: may be absent but must decode; must be there with all required keys; or is never refused, as the malformed samples need it.',
  ),
  deviceHeaders: either(
    ['listed', 'everywhere'],
    'AP-Device-Identifier is demanded where the operation lists it, or on every REST V2 call as the checklist says.',
  ),
  unlistedHeaders: either(
    ['ignored', 'refused'],
    'An identity header on an operation that does not list it (AD-Service-Token on a resume, say) is ignored, or answered 400.',
  ),
  platformHeaders: either(
    ['listed', 'everywhere'],
    'Adobe-Subject-Token, Roku’s token and AP-Visitor-Identifier count where the operation lists them, or on every one, as their own pages say.',
  ),
  mediaTypeParameters: either(
    ['ignored', 'required'],
    'Content-Type and Accept of decisions: parameters are ignored as in all samples, or charset=utf-8 is demanded as in the tables.',
  ),
  redirectUrls: either(
    ['registered', 'any'],
    'redirectUrl has to lie on a registered domain, or may be any http(s) URL without userinfo.',
  ),
  samplePaths: either(
    ['refused', 'accepted'],
    'The misspelt paths of some samples (/api/v2/sessions/REF30/…, /decision/authorize/…, a final slash) are unknown, or mean what they were meant to.',
  ),

  // Registration
  registerRedirectUri: either(
    ['optional', 'required'],
    'redirect_uri at registration: optional by the pages, required by the OpenAPI file.',
  ),
  registrationDeviceInfo: either(
    ['optional', 'required'],
    'X-Device-Info on registration and token: not insisted on, or required by the pages.',
  ),
  tokenEndpoint: either(
    ['form', 'openapi'],
    'The token endpoint takes a form; or also query parameters, and answers with a refresh_token, as the OpenAPI file has it.',
  ),
  accessTokenSeconds: z
    .number()
    .int()
    .positive()
    .default(21_600)
    .describe('Lifetime of an access token: 21600 in all samples, 86400 in the prose.'),

  // Errors
  unlistedErrors: either(
    ['enhanced', 'empty'],
    'Errors that no code is published for (bearer, method, domain, service token) have the enhanced shape and a code of the simulator’s own, or an empty body.',
  ),
  errorTexts: either(
    ['catalogue', 'samples'],
    'Messages and actions as in the catalogue, or as the samples of TempPass, AuthZNone and MVPD denials spell them.',
  ),
  errorMessages: either(
    ['text', 'object'],
    'The message of an error is text, as on all pages, or an empty object, as the OpenAPI file types it.',
  ),
  wrongCode: either(
    ['split', 'session', 'parameter'],
    'A code that does not hold: malformed is invalid_parameter_code and all else invalid_authentication_session; or always the one; or always the other.',
  ),
  profileErrors: either(
    ['item', 'top'],
    'authenticated_profile_* on a decision stands in each item of a 200, or at the top of a 403.',
  ),
  tooManyResources: either(
    ['top', 'item'],
    'too_many_resources stands at the top of a 403, or in each item of a 200.',
  ),
  missingCertificate: either(
    ['top', 'attribute'],
    'Without a certificate for user metadata the profile is a 500, or the attribute alone carries the error.',
  ),
  checkOrder: either(
    ['bearer', 'path'],
    'Of a request with two faults: the bearer is looked at before the service provider and MVPD of the path, or after them.',
  ),
  accessTokenAction: either(
    ['application-registration', 'authentication'],
    'The action of a 401: as in the catalogue, or authentication, since pages and FAQ say to fetch a new access token and never to register again.',
  ),
  authenticateErrors: either(
    ['html', 'json'],
    'What stops a browser on its way to the MVPD is told as a page, as the documentation has it, or as JSON, as the OpenAPI file has it.',
  ),

  // Sessions
  codeAfterLogin: either(
    ['untilExpiry', 'once'],
    'How long a code finds its profile after the login: until the code ends, or for one answer.',
  ),
  codeOnResumedAuthorize: no(
    'An authorize answer to a resume repeats the code, as its table demands and no sample shows.',
  ),
  codeOnSsoAuthorize: no(
    'An authorize answer for an SSO profile opens a session and carries its code; there is no sample.',
  ),
  domainSpelling: either(
    ['domainName', 'domain'],
    'How a session names its domain among existing and missing parameters; the samples spell both.',
  ),
  configurationShape: either(
    ['sample', 'table'],
    'The configuration has the members of its sample, or those of its table (time, errorReporting, mvpds at the top, domains as strings).',
  ),

  // Service token and single sign-on
  serviceTokenFault: either(
    ['ignore', 'reject'],
    'A service token that does not hold (expired, unknown key, wrong audience, malformed) counts as none, or is answered 400.',
  ),
  serviceTokenAudience: either(
    ['anyCase', 'Adobe', 'adobe'],
    'The aud of a service token: "Adobe" in the table and "adobe" in the example, so either; or exactly the one or the other.',
  ),
  serviceTokenIdentity: either(
    ['issuerAndSubject', 'subject'],
    'Tokens speak of the same user when issuer and subject agree, or when the subject does.',
  ),
  ssoScope: either(
    ['programmer', 'serviceProvider', 'everywhere'],
    'An SSO profile is found by the service providers of the programmer whose app made it, by that one alone, or by all.',
  ),
  ssoBinding: either(
    ['kept', 'dropped'],
    'The token that a session was created with still counts when another request resumes it, or no longer.',
  ),
  tokenAfterLogin: either(
    ['separate', 'links'],
    'A regular profile stays the device’s own when a service token is first sent after the login, or becomes the subject’s too.',
  ),
  profilePrecedence: either(
    ['regular', 'sso'],
    'Which fills the one entry of an MVPD when the device’s own and an SSO profile exist; also what the first app sees.',
  ),
  ssoPrecedence: either(
    ['serviceToken', 'platform'],
    'Which counts when a service token and a platform token come together and both know a profile.',
  ),
  logoutWithoutToken: either(
    ['own', 'linked'],
    'A logout that brings no token ends the device’s own profile, or also the SSO profile that the same login made.',
  ),
  disabledIntegration: either(
    ['shown', 'hidden'],
    'Profiles of an integration that has been disabled still show in all profiles and by code, or do not.',
  ),

  // Partner single sign-on
  partnerCase: either(
    ['any', 'exact'],
    'The partner in a path may be written in any case ("Apple", "apple"), or must be "Apple".',
  ),
  partnerStatusHeader: either(
    ['optional', 'required'],
    'AP-Partner-Framework-Status on the session of a partner: its absence falls back to basic authentication, or is answered 400.',
  ),
  partnerStatusFault: either(
    ['ignore', 'reject'],
    'A partner status that does not hold on profiles and decisions means no partner profile, or is answered 400.',
  ),
  partnerProfileFault: either(
    ['error', 'profiles'],
    'A partner status that does not hold on a partner profile is answered 400, or with the basic profiles.',
  ),
  partnerProfileStatus: either(
    ['documentation', 'openapi'],
    'A partner profile is answered 201 (and 200 while degraded, as in the sample), or always 200.',
  ),
  partnerFallbackWithoutMvpd: either(
    ['resume', 'authenticate'],
    'A fallback whose MVPD nobody named asks for it, or names the first MVPD on board, as the sample seems to.',
  ),

  // TempPass and degradation
  tempPassIdentity: either(
    ['documentation', 'openapi'],
    'AP-TempPass-Identity is listed on profile by code (pages), or on preauthorize instead (OpenAPI file).',
  ),
  promotionalRepeats: either(
    ['free', 'counted'],
    'A resource that a promotional TempPass has opened before costs nothing, or counts each time.',
  ),
  promotionalExpiration: either(
    ['end', 'begin'],
    'expiration_date of a promotional profile is its end, or its beginning as in the sample.',
  ),
  degradationPriority: either(
    ['degradation', 'profile'],
    'AuthNAll beside a valid profile: the rule is answered, or the profile is.',
  ),
  degradedLogoutKey: either(
    ['mvpd', 'sample'],
    'The logout of a degraded MVPD stands under its id, or under "ATTOTT" whichever MVPD it is, as in the sample.',
  ),

  // Decisions and throttle
  maxResources: z
    .number()
    .int()
    .positive()
    .default(5)
    .describe('Resources that one decision may ask for: the property "Preflight Max Resources".'),
  mediaTokenSeconds: z
    .number()
    .int()
    .positive()
    .default(420)
    .describe('Lifetime of a media token: 7 minutes in the prose, about 10 in the samples.'),
  permitsAfterSignOut: either(
    ['held', 'dropped'],
    'A permit that Adobe holds outlives the viewer’s logout at the MVPD until its notAfter, or the very next decision asks the MVPD again.',
  ),
  mediaTokenIssuedAt: no('A media token carries issuedAt, as one sample does.'),
  throttle: either(
    ['regenerating', 'once', 'off'],
    'The burst of ten grows back as openresty’s does, or is granted once as the prose says; both answer the documented table.',
  ),

  // Hosted SSO Service
  ssoServiceTokenMember: either(
    ['serviceToken', 'jws'],
    'The member that carries a token of the SSO Service: serviceToken in its samples, jws in its tables.',
  ),
  ssoServiceTokenAlgorithm: either(
    ['HS256', 'RS256'],
    'The SSO Service signs with a secret of its own as in its samples, or as the AD-Service-Token page demands.',
  ),
  ssoServiceTokenSeconds: z
    .number()
    .int()
    .positive()
    .default(3600)
    .describe('Lifetime of a token of the SSO Service: an hour in its samples, a day in the general one.'),
  ssoServiceRefreshSeconds: z
    .number()
    .int()
    .nonnegative()
    .default(86_400)
    .describe('How long after its end a token of the SSO Service counts as "recently" expired.'),
  ssoServiceLinkMember: either(
    ['code', 'link'],
    'The member that carries a link code: code in the samples, link in the table.',
  ),
  ssoServiceLinkCode: either(
    ['digits', 'alphanumeric'],
    'A link code is six digits, or six letters and digits.',
  ),
  ssoServiceLinkSeconds: z
    .number()
    .int()
    .positive()
    .default(2700)
    .describe(
      'Lifetime of a link code: 45 minutes in the API sample, 5 to 30 in the prose, 60 in the walk-through.',
    ),
  ssoServiceErrorBody: either(
    ['nested', 'flat'],
    'An error of the SSO Service lies in "error" beside a textual status, as in the sample, or is flat as in its table.',
  ),
  ssoServiceMissingToken: either(
    ['perOperation', 'badRequest'],
    'A missing AD-Service-Token is 400 on a refresh and 401 on link, unlink and list; or 400 everywhere as the general row says.',
  ),
  ssoServiceIdDefault: either(
    ['refused', 'device'],
    'Without X-SSO-ID and X-SSO-LINK the SSO Service answers 400, or takes the device identifier as SSO id.',
  ),
  ssoServiceDeviceInfo: either(
    ['optional', 'required'],
    'X-Device-Info on a new token of the SSO Service: its absence has defaults, or is answered 400.',
  ),
});

export type Switches = z.output<typeof switchesSchema>;
export type SwitchSettings = z.input<typeof switchesSchema>;

/** How the switches stand; `set` lays settings over them, `reset` goes back to those of the start. */
export const createSwitches = (settings: SwitchSettings = {}) => {
  const initial = switchesSchema.parse(settings);
  let current = initial;
  return {
    get now(): Switches {
      return current;
    },
    set: (changes: SwitchSettings): void => {
      current = switchesSchema.parse({ ...current, ...changes });
    },
    reset: (): void => {
      current = initial;
    },
  };
};

/** Read access to some of the switches, as they stand now. */
export interface SwitchReader<Name extends keyof Switches = keyof Switches> {
  readonly now: Pick<Switches, Name>;
}

export type SwitchBoard = ReturnType<typeof createSwitches>;
