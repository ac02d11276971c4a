/**
 * Points on which Adobe's pages, or their samples, contradict its OpenAPI files, with what the pages say. Nothing else may
 * deviate from the files.
 */
export const contradictions: readonly (readonly [deviation: RegExp, page: string])[] = [
  // Registration and access tokens
  [
    / \/o\/client\/register request body redirect_uri Invalid input: expected string, received undefined$/,
    'redirect_uri is optional: on the page, and in the description of the schema that requires it',
  ],
  [
    / \/o\/client\/token request (?:body is application\/x-www-form-urlencoded|query \w+ is missing|header (?:content-type|x-device-info) is not documented)$/,
    'credentials are sent as a form, with X-Device-Info',
  ],
  [
    / \/o\/client\/(?:register|token) request header (?:accept|user-agent) is not documented$/,
    'both headers are listed',
  ],

  // Sessions
  [
    /\/sessions\/sso\/\{partner\} request body (?:domainName|redirectUrl) Invalid input: expected string, received undefined$/,
    'what is missing is asked for by the answer, which has missingParameters',
  ],

  // Headers
  [
    / request header x-forwarded-for is not documented$/,
    'a server sends the address of the device with every call, by which Adobe limits the rate',
  ],
  [
    /(?:\/sessions\/\{code\}|\/profiles\/code\/\{code\}|\/configuration) request header (?:ap-device-identifier|x-device-info) is not documented$/,
    'the checklist demands both headers on every call',
  ],
  [
    / request header x-device-info is missing$/,
    'values that are not sent are derived from the request; apps in a browser may leave the header out',
  ],
  [
    /\/profiles\/code\/\{code\} request header ap-temppass-identity is not documented$/,
    'the page lists AP-TempPass-Identity',
  ],
  [
    / request header x-roku-reserved-roku-connect-token is not documented$/,
    "Roku's token is listed beside Adobe-Subject-Token",
  ],

  // Responses
  [/ response \d+ (?:decisions\.\d+\.error\.)?message Invalid input: expected object/, 'a message is text'],
  [/ response 429 is not documented$/, 'the page on throttling has it for every operation'],
  [
    /\/profiles\/(?:\{mvpd\}|code\/\{code\}) response 403 is not documented$/,
    'the answer for a TempPass that is exhausted',
  ],
  [
    /\/decisions\/\w+\/\{mvpd\} response 403 is not documented$/,
    'the status of too_many_resources in the catalogue of errors',
  ],
  [/^POST \S+\/profiles\/sso\/\{partner\} response 201 is not documented$/, 'the status of a new profile'],
  [
    / response 200 \S+\.value Invalid input: expected object, received (?:string|array|number|boolean)$/,
    'the value of an attribute is any JSON value',
  ],
  [
    / response 200 device(?:\.\w+)+ Invalid input: expected \w+, received null$/,
    'what is not known of a device is null',
  ],
  [
    / response 200 device\.connection\.ipAddress Invalid input: expected object/,
    'the address of a device is text',
  ],
  [/ response 200 authenticationRequest is not documented$/, 'a member of a partner session'],
  [
    / response 200 profiles\.\w+\.attributes\.\w+\.value\.\w+ is not documented$/,
    'a map has the keys of the MVPD',
  ],
  [
    /\/configuration response 200 (?:device|clientType|errorReporting|mvpds|time) is not documented$/,
    'members of the sample and of the table',
  ],
  [
    /\/configuration response 200 requestor\.domains\.\d+ Invalid input: expected object, received string$/,
    'domains are texts in the table',
  ],
];
