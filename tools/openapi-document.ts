// The gateway's REST surface as OpenAPI 3.1, made of the schemas that its edges check with.
import { z } from 'zod';
import { operations } from '#src/adobe-pass/operations';
import * as shapes from '#src/adobe-pass/shapes';
import { adobeId } from '#src/config/values';
import { registration, tokenRequest } from '#src/http/routes/client-registration';
import { resourcesBody } from '#src/http/routes/decisions';
import { sessionForm } from '#src/http/routes/sessions';
import { authenticationCode } from '#src/http/routes/shapes';
import manifest from '../package.json' with { type: 'json' };

type Name = keyof typeof operations;

interface Description {
  readonly summary: string;
  /** The same call at Adobe answers this. */
  readonly answer?: z.ZodType;
  readonly status?: number;
  readonly form?: z.ZodType;
  readonly json?: z.ZodType;
  readonly query?: readonly string[];
}

const descriptions: Record<Name, Description> = {
  register: {
    summary: 'Register an installation with its app’s software statement',
    json: registration,
    answer: shapes.registration,
    status: 201,
  },
  token: {
    summary: 'A client token, before or without a viewer',
    form: tokenRequest,
    answer: shapes.token,
    status: 201,
  },
  configuration: { summary: 'MVPDs and settings of a service provider', answer: shapes.configuration },
  createSession: { summary: 'Open an authentication session', form: sessionForm, answer: shapes.session },
  resumeSession: { summary: 'Supply what a session lacks', form: sessionForm, answer: shapes.session },
  getSession: { summary: 'What a session knows and lacks', answer: shapes.sessionStatus },
  authenticate: { summary: 'To Adobe itself: this leg belongs to the viewer’s own browser', status: 302 },
  getProfiles: { summary: 'Every profile the viewer may use on this device', answer: shapes.profiles },
  getProfile: { summary: 'The profile of one MVPD', answer: shapes.profiles },
  getProfileByCode: {
    summary:
      'The profile behind a code; Prefer: wait=N holds the answer, Accept: text/event-stream streams it',
    answer: shapes.profiles,
  },
  preauthorize: { summary: 'Which resources to show', json: resourcesBody, answer: shapes.decisions },
  authorize: { summary: 'Permit with a media token, or deny', json: resourcesBody, answer: shapes.decisions },
  logOut: { summary: 'Remove the profiles', answer: shapes.logouts, query: ['redirectUrl'] },
};

const schemaOf = (schema: z.ZodType): object => {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return plain;
};

const gatewayError = z.object({
  action: z.string(),
  status: z.int(),
  code: z.string(),
  message: z.string(),
  helpUrl: z.string(),
  trace: z.string(),
});

const pathParameters: Record<string, z.ZodType> = {
  serviceProvider: adobeId,
  mvpd: adobeId,
  code: authenticationCode,
};

/** The token, the address and the rest are the gateway's own. */
const sentByApps = ['ap-device-identifier', 'x-device-info', 'ap-visitor-identifier', 'ap-temppass-identity'];

const parametersOf = (name: Name): object[] => {
  const { path } = operations[name];
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: schemaOf(pathParameters[parameter] ?? z.string()),
  }));
  const inQuery = (descriptions[name].query ?? []).map((parameter) => ({
    name: parameter,
    in: 'query',
    schema: { type: 'string' },
  }));
  const inHeader = sentByApps
    .filter((header) => operations[name].headers.some((listed) => listed === header))
    .map((header) => ({
      name: header,
      in: 'header',
      required: header === 'ap-device-identifier',
      schema: { type: 'string' },
    }));
  return [...inPath, ...inQuery, ...inHeader];
};

const contentOf = (type: string, schema: z.ZodType) => ({
  content: { [type]: { schema: schemaOf(schema) } },
});

const operationOf = (name: Name): object => {
  const { summary, answer, status = 200, form, json } = descriptions[name];
  const open = name === 'register' || name === 'token' || name === 'authenticate';
  const body = form
    ? contentOf('application/x-www-form-urlencoded', form)
    : json && contentOf('application/json', json);
  const failure = name === 'register' || name === 'token' ? shapes.dcrError : gatewayError;
  return {
    operationId: name,
    summary,
    parameters: parametersOf(name),
    ...(body && { requestBody: { required: true, ...body } }),
    ...(!open && { security: [{ bearer: [] }] }),
    responses: {
      [status]: { description: summary, ...(answer && contentOf('application/json', answer)) },
      default: {
        description: 'Refused or failed; see docs/errors.md',
        ...contentOf('application/json', failure),
      },
    },
  };
};

/** docs/openapi.json, byte for byte. */
export const openApiDocument = (): string => {
  const paths: Record<string, Record<string, object>> = {};
  for (const name of Object.keys(descriptions) as Name[]) {
    const { path, method } = operations[name];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(name) };
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Kinpass',
      version: manifest.version,
      description:
        'Adobe Pass REST API V2 at the gateway. Signing in is found by /.well-known/openid-configuration.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://localhost:8080' }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};
