/**
 * Behavior switches, one for each point on which Adobe's documentation is silent or contradicts itself; the default is
 * the more probable interpretation. They are set at start-up (`startSimulator({ switches })`) or at any time
 * (`PUT /_control/switches`).
 */
import { z } from 'zod';

const oneOf = <const V extends readonly [string, ...string[]]>(values: V, text: string) =>
  z.enum(values).default(values[0]).describe(text);

const offByDefault = (text: string) => z.boolean().default(false).describe(text);

/** The first value of each choice is the default. */
export const switchesSchema = z.strictObject({
  // Requests
  deviceInfo: oneOf(
    ['decodable', 'required', 'any'],
    'X-Device-Info: optional but decodable; required with all mandatory keys; or never rejected, for the malformed values of the samples.',
  ),
  deviceHeaders: oneOf(
    ['listed', 'everywhere'],
    'AP-Device-Identifier: required by the operations that list it, or by every REST V2 call as in the checklist.',
  ),
  unlistedHeaders: oneOf(
    ['ignored', 'refused'],
    'An identity header that the operation does not list (such as AD-Service-Token on a resume): ignored, or status 400.',
  ),
  platformHeaders: oneOf(
    ['listed', 'everywhere'],
    'Adobe-Subject-Token, Roku’s token and AP-Visitor-Identifier: accepted by the operations that list them, or by all, as on their own pages.',
  ),
  mediaTypeParameters: oneOf(
    ['ignored', 'required'],
    'Content-Type and Accept of decisions: parameters ignored as in all samples, or charset=utf-8 required as in the tables.',
  ),
  redirectUrls: oneOf(
    ['registered', 'any'],
    'redirectUrl: on a registered domain, or any http(s) URL without userinfo.',
  ),
  samplePaths: oneOf(
    ['refused', 'accepted'],
    'Misspelt paths of some samples (/api/v2/sessions/REF30/…, /decision/authorize/…, a trailing slash): not found, or treated like the documented path.',
  ),

  // Registration
  registerRedirectUri: oneOf(
    ['optional', 'required'],
    'redirect_uri at registration: optional as on the pages, or required as in the OpenAPI file.',
  ),
  registrationDeviceInfo: oneOf(
    ['optional', 'required'],
    'X-Device-Info on registration and token: optional, or required as on the pages.',
  ),
  tokenEndpoint: oneOf(
    ['form', 'openapi'],
    'The token endpoint: accepts a form; or also query parameters, and returns a refresh_token, as in the OpenAPI file.',
  ),
  accessTokenSeconds: z
    .number()
    .int()
    .positive()
    .default(21_600)
    .describe('Lifetime of an access token: 21600 in all samples, 86400 in the text.'),

  // Errors
  unlistedErrors: oneOf(
    ['enhanced', 'empty'],
    'Errors without a published code (bearer, method, domain, service token): the enhanced shape with a code of the simulator’s own, or an empty body.',
  ),
  errorTexts: oneOf(
    ['catalogue', 'samples'],
    'Messages and actions: as in the catalogue, or as in the samples of TempPass, AuthZNone and MVPD denials.',
  ),
  errorMessages: oneOf(
    ['text', 'object'],
    'The message of an error: text as on all pages, or an empty object as in the OpenAPI file.',
  ),
  wrongCode: oneOf(
    ['split', 'session', 'parameter'],
    'An invalid code: invalid_parameter_code if malformed and invalid_authentication_session otherwise; always the latter; or always the former.',
  ),
  profileErrors: oneOf(
    ['item', 'top'],
    'authenticated_profile_* on a decision: in each item of a 200, or at the top level of a 403.',
  ),
  tooManyResources: oneOf(
    ['top', 'item'],
    'too_many_resources: at the top level of a 403, or in each item of a 200.',
  ),
  missingCertificate: oneOf(
    ['top', 'attribute'],
    'A missing certificate for user metadata: the profile is a 500, or only the attribute has the error.',
  ),
  checkOrder: oneOf(
    ['bearer', 'path'],
    'Check order for a request with two errors: the bearer before the service provider and MVPD of the path, or after them.',
  ),
  accessTokenAction: oneOf(
    ['application-registration', 'authentication'],
    'The action of a 401: as in the catalogue; or authentication, because pages and FAQ say to get a new access token without registering again.',
  ),
  authenticateErrors: oneOf(
    ['html', 'json'],
    'Errors of a browser on its way to the MVPD: a page as in the documentation, or JSON as in the OpenAPI file.',
  ),

  // Sessions
  codeAfterLogin: oneOf(
    ['untilExpiry', 'once'],
    'How long a code finds its profile after the login: until the code expires, or for one response.',
  ),
  codeOnResumedAuthorize: offByDefault(
    'Whether an authorize response to a resume repeats the code, as in its table but in no sample.',
  ),
  codeOnSsoAuthorize: offByDefault(
    'Whether an authorize response for an SSO profile opens a session and contains its code; there is no sample.',
  ),
  domainSpelling: oneOf(
    ['domainName', 'domain'],
    'The name of the domain among existing and missing session parameters; the samples use both.',
  ),
  sessionStatusMembers: oneOf(
    ['reference', 'flow'],
    'The parameters in a session status: existingParameters and missingParameters as on its page, or existing and missing as in the flow.',
  ),
  configurationShape: oneOf(
    ['sample', 'table', 'openapi'],
    'The members of the configuration: as in its sample; as in its table (time, errorReporting, mvpds at the top level, domains as strings); or as in the OpenAPI file (platform, platformCategory, sdkType).',
  ),

  // Service token and single sign-on
  serviceTokenFault: oneOf(
    ['ignore', 'reject'],
    'An invalid service token (expired, unknown key, wrong audience, malformed): ignored, or status 400.',
  ),
  serviceTokenAudience: oneOf(
    ['anyCase', 'Adobe', 'adobe'],
    'The aud of a service token, which is "Adobe" in the table and "adobe" in the example: either, or exactly one of them.',
  ),
  serviceTokenIdentity: oneOf(
    ['issuerAndSubject', 'subject'],
    'Service tokens identify the same user if issuer and subject match, or if the subject matches.',
  ),
  ssoScope: oneOf(
    ['programmer', 'serviceProvider', 'everywhere'],
    'Where an SSO profile is found: at the service providers of the same programmer, at the same service provider only, or everywhere.',
  ),
  ssoBinding: oneOf(
    ['kept', 'dropped'],
    'The token with which a session was created: still applies when another request resumes it, or not.',
  ),
  tokenAfterLogin: oneOf(
    ['separate', 'links'],
    'A service token first sent after the login: the regular profile stays the device’s own, or also becomes the subject’s.',
  ),
  profilePrecedence: oneOf(
    ['regular', 'sso'],
    'Which profile takes the single entry of an MVPD: the device’s own or the SSO profile. Also decides what the first app sees.',
  ),
  ssoPrecedence: oneOf(
    ['serviceToken', 'platform'],
    'Which token takes precedence if a service token and a platform token both find a profile.',
  ),
  logoutWithoutToken: oneOf(
    ['own', 'linked'],
    'A logout without a token: ends the device’s own profile, or also the SSO profile of the same login.',
  ),
  logoutRedirectUrl: oneOf(
    ['required', 'optional'],
    'redirectUrl of a logout: required as on its page, or optional as in the OpenAPI file; the browser then stays at Adobe.',
  ),
  logoutUrl: oneOf(
    ['absolute', 'relative'],
    'The url of a logout: absolute with redirect_url, or a path without it; the samples have both.',
  ),
  disabledIntegration: oneOf(
    ['shown', 'hidden'],
    'Profiles of a disabled integration: shown in all profiles and by code, or hidden.',
  ),

  // Partner single sign-on
  partnerCase: oneOf(
    ['any', 'exact'],
    'The partner in a path: in any case ("Apple", "apple"), or exactly "Apple".',
  ),
  partnerStatusHeader: oneOf(
    ['optional', 'required'],
    'A missing AP-Partner-Framework-Status on a partner session: fallback to basic authentication, or status 400.',
  ),
  partnerStatusFault: oneOf(
    ['ignore', 'reject'],
    'An invalid partner status on profiles and decisions: no partner profile, or status 400.',
  ),
  partnerProfileFault: oneOf(
    ['error', 'profiles'],
    'An invalid partner status on a partner profile: status 400, or the basic profiles.',
  ),
  partnerProfileStatus: oneOf(
    ['documentation', 'openapi'],
    'Status of a partner profile: 201 (200 while degraded, as in the sample), or always 200.',
  ),
  partnerFallbackWithoutMvpd: oneOf(
    ['resume', 'authenticate'],
    'A fallback without an MVPD: requests the MVPD, or names the first boarded one, as the sample seems to.',
  ),

  // TempPass and degradation
  tempPassIdentity: oneOf(
    ['documentation', 'openapi'],
    'AP-TempPass-Identity: listed on profile by code (pages), or on preauthorize instead (OpenAPI file).',
  ),
  tempPassHash: oneOf(
    ['optional', 'required'],
    'The identifier in AP-TempPass-Identity: in clear text as in the samples or hashed, or only hashed (SHA-2) as on the TempPass page.',
  ),
  promotionalRepeats: oneOf(
    ['free', 'counted'],
    'Playing a resource again with a promotional TempPass: free, or counted each time.',
  ),
  promotionalExpiration: oneOf(
    ['end', 'begin'],
    'expiration_date of a promotional profile: its end, or its start as in the sample.',
  ),
  degradationPriority: oneOf(
    ['degradation', 'profile'],
    'AuthNAll and a valid profile at the same time: the rule applies, or the profile does.',
  ),
  degradedLogoutKey: oneOf(
    ['mvpd', 'sample'],
    'The key of a degraded MVPD’s logout: its id, or always "ATTOTT" as in the sample.',
  ),

  // Decisions and throttle
  maxResources: z
    .number()
    .int()
    .positive()
    .default(5)
    .describe('Maximum resources per decision: the property "Preflight Max Resources".'),
  mediaTokenSeconds: z
    .number()
    .int()
    .positive()
    .default(420)
    .describe('Lifetime of a media token: 7 minutes in the text, about 10 in the samples.'),
  mediaTokenUse: oneOf(
    ['any', 'once'],
    'How often a media token can be verified: any number of times, as with Adobe’s own library, or once, as in the text.',
  ),
  permitsAfterSignOut: oneOf(
    ['held', 'dropped'],
    'A cached permit after the viewer’s logout at the MVPD: kept until its notAfter, or dropped, so that the next decision asks the MVPD again.',
  ),
  mediaTokenIssuedAt: offByDefault('Whether a media token has issuedAt, as in one sample.'),
  throttle: oneOf(
    ['regenerating', 'once', 'off'],
    'The burst of ten: regenerates as in openresty, or is granted once as in the text. Both return the documented response.',
  ),

  registrationAddress: oneOf(
    ['forwarded', 'sender'],
    'Whose rate limit counts at registration and token: that of X-Forwarded-For as the page on throttling asks, or of the sender, because both operations do not list the header.',
  ),

  // Hosted SSO Service
  ssoServiceTokenMember: oneOf(
    ['serviceToken', 'jws'],
    'The member with a token of the SSO Service: serviceToken as in its samples, or jws as in its tables.',
  ),
  ssoServiceTokenAlgorithm: oneOf(
    ['HS256', 'RS256'],
    'The signature of the SSO Service: with a secret as in its samples, or as the AD-Service-Token page requires.',
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
  ssoServiceLinkMember: oneOf(
    ['code', 'link'],
    'The member with a link code: code as in the samples, or link as in the table.',
  ),
  ssoServiceLinkCode: oneOf(
    ['digits', 'alphanumeric'],
    'The form of a link code: six digits, or six letters and digits.',
  ),
  ssoServiceLinkSeconds: z
    .number()
    .int()
    .positive()
    .default(2700)
    .describe(
      'Lifetime of a link code: 45 minutes in the API sample, 5 to 30 in the text, 60 in the walk-through.',
    ),
  ssoServiceErrorBody: oneOf(
    ['nested', 'flat'],
    'An error of the SSO Service: nested in "error" next to a textual status as in the sample, or flat as in its table.',
  ),
  ssoServiceMissingToken: oneOf(
    ['perOperation', 'badRequest'],
    'A missing AD-Service-Token: 400 on a refresh and 401 on link, unlink and list; or always 400 as in the general row.',
  ),
  ssoServiceIdDefault: oneOf(
    ['refused', 'device'],
    'A request without X-SSO-ID and X-SSO-LINK: status 400, or the device identifier becomes the SSO id.',
  ),
  ssoServiceDeviceIds: oneOf(
    ['decoded', 'encoded'],
    'The devices that the SSO Service lists and unlinks: by identifier as in its samples, or by the Base64 value that AP-Device-Identifier carries.',
  ),
  ssoServiceDeviceInfo: oneOf(
    ['optional', 'required'],
    'X-Device-Info for a new token of the SSO Service: optional with defaults, or required.',
  ),
});

export type Switches = z.output<typeof switchesSchema>;
export type SwitchSettings = z.input<typeof switchesSchema>;

/** The state of the switches. `set` changes some of them, `reset` restores the settings of start-up. */
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
