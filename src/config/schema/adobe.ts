import { z } from 'zod';
import { adobeId, domain, duration, origin, secretText, slug } from '../values.ts';

const environmentSchema = z.strictObject({
  id: slug
    .refine((id) => id !== 'default', 'must not be default, which is the environment of adobe.origin')
    .describe(
      'Name for `apps[].environment`: production, staging, prequal-production or prequal-staging of Adobe, or one of your own',
    ),
  origin: origin.optional().describe('Origin of Adobe Pass in this environment; those of Adobe are known'),
  publicHost: domain
    .optional()
    .describe(
      'Host name of the gateway besides that of `publicOrigin`: browsers that ask there for a code that the gateway does not know, or for a logout, are redirected to this environment',
    ),
});

export const adobeSchema = z
  .strictObject({
    origin: origin
      .prefault('https://sp.auth.adobe.com')
      .describe('Origin of Adobe Pass for apps that name no environment'),
    environments: z
      .array(environmentSchema)
      .default([])
      .describe('Further environments of Adobe Pass, each with credentials and profiles of its own'),
    strictHeaderTable: z
      .boolean()
      .default(false)
      .describe(
        'Send headers only where the reference pages list them; otherwise the device headers with every call, as the checklist demands, and AP-TempPass-Identity with preauthorize, too, as in the OpenAPI file',
      ),
    logoutUrl: z
      .enum(['absolute', 'asSent'])
      .default('absolute')
      .describe(
        'Relative URLs of a logout: made absolute, on the host of Adobe Pass; or as Adobe sends them, for the gateway to redirect',
      ),
    deviceInfo: z
      .enum(['lenient', 'strict'])
      .default('lenient')
      .describe(
        'An X-Device-Info that is not the Base64 of a JSON object, as in samples of Adobe: `lenient` passes it on as it is, unless it mentions an address or port of the connection; `strict` refuses it',
      ),
    missingDeviceInfo: z
      .enum(['leaveToAdobe', 'fromUserAgent'])
      .default('leaveToAdobe')
      .describe(
        'Requests without X-Device-Info: Adobe derives the device from the User-Agent, which passes unchanged; or the gateway does, and adds the address and port of the connection',
      ),
    portNeededBy: z
      .array(adobeId)
      .default(['Spectrum'])
      .describe(
        'MVPDs whose home-based authentication needs the source port of the device: calls without one are counted (kinpass_device_problems_total)',
      ),
    connectTimeout: duration('100ms', '30s').prefault('2s').describe('Time limit for connecting'),
    timeout: duration('500ms', '60s').prefault('10s').describe('Time limit per call, retries included'),
    decisionCharset: z
      .enum(['asSent', 'always'])
      .default('asSent')
      .describe(
        '`charset=utf-8` in the Content-Type of decisions, which the reference pages demand and their samples lack: as the app sends it, or always',
      ),
    accessTokenErrors: z
      .enum(['byCause', 'asDocumented'])
      .default('byCause')
      .describe(
        'Errors about access tokens: `byCause` names an action that costs no profile, and keeps to the gateway that Adobe Pass rejects its access token (502); `asDocumented` says `application-registration`, as the catalogue of Adobe does, and passes that 401 on',
      ),
    registeredDomains: z
      .strictObject({
        enforced: z
          .boolean()
          .default(true)
          .describe(
            'Refuse a redirectUrl or domainName outside of the domains that Adobe has registered for the service provider; otherwise Adobe alone checks them',
          ),
        keptFor: duration('1m', '24h')
          .prefault('10m')
          .describe('How long the domains are used that Adobe tells in its configuration'),
        serviceProviders: z
          .array(
            z.strictObject({
              id: adobeId.describe('As in `apps[].serviceProviders`'),
              domains: z
                .array(domain)
                .min(1)
                .describe('Its domains, with their subdomains, in every environment'),
            }),
          )
          .default([])
          .describe('Service providers whose domains Adobe is not asked for'),
      })
      .prefault({}),
    tempPassReset: z
      .strictObject({
        origin: origin
          .prefault('https://mgmt.auth.adobe.com')
          .describe('Origin of the management API of Adobe Pass'),
        softwareStatement: secretText.describe(
          "Software statement of the programmer's registered application for the Reset TempPass API; never that of an app",
        ),
      })
      .optional()
      .describe('Lets operators reset TempPass trials'),
    throttle: z
      .strictObject({
        mode: z
          .enum(['once', 'regenerating'])
          .default('regenerating')
          .describe(
            'How Adobe is taken to grant the burst, of which its page says both: it comes back at the rate, as in a token bucket; or `once` for a device address, until that has not called for an hour',
          ),
        perSecond: z.number().positive().max(1000).default(1).describe('Calls per device address and second'),
        burst: z
          .number()
          .int()
          .positive()
          .max(1000)
          .default(10)
          .describe('Calls per device address beyond that rate'),
        longestWait: duration('0ms', '30s')
          .prefault('9s')
          .describe(
            'Max time that a call waits for its turn behind its device address; then, or when calls that are worth more take its place, it is answered 503',
          ),
      })
      .prefault({}),
  })
  .prefault({});
