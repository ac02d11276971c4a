// The gateway's REST surface as OpenAPI 3.1, generated from the rows that its routes are made of.
import { z } from 'zod';
import { start } from '#src/http/start-endpoint';
import { decisions, mediaTokenVerification, type OwnEndpoint, userMetadata } from '#src/http/v1-endpoints';
import { explain } from '#src/http/v1-explain';
import { logout, logoutPlan } from '#src/http/v1-logout';
import { dcrError } from '#src/rest-v2/answers';
import { authenticate, register, token } from '#src/rest-v2/endpoints';
import type { Endpoint, HeaderName, Operation } from '#src/rest-v2/operation';
import { operationTable } from '#src/rest-v2/operations';
import { parameterShapes } from '#src/rest-v2/requests';
import manifest from '../package.json' with { type: 'json' };

interface Described {
  /** Of success. */
  readonly status: number;
  readonly failure: z.ZodType;
  /** Of failures; JSON if absent. */
  readonly failureType?: string;
  readonly secured: boolean | 'optional';
}

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

/** RFC 9457. */
const problem = z.object({
  type: z.string().describe('URL of the description of the error; its last segment is the code'),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  field: z.string().optional(),
  trace: z.string(),
});

/** The other headers are the gateway's own: token, address and the rest. */
const sentByApps: readonly HeaderName[] = [
  'ap-device-identifier',
  'x-device-info',
  'ap-visitor-identifier',
  'ap-temppass-identity',
];

const parametersOf = (endpoint: (Endpoint | OwnEndpoint) & Pick<Operation, 'parameters'>): object[] => {
  const inPath = Object.entries(parameterShapes(endpoint)).map(([name, shape]) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(shape),
  }));
  const query = endpoint.query?.shape as Readonly<Record<string, z.ZodType>> | undefined;
  const inQuery = Object.entries(query ?? {}).map(([name, shape]) => ({
    name,
    in: 'query',
    schema: schemaOf(shape),
  }));
  const inHeader = sentByApps
    .filter((name) => [...endpoint.headers, ...(endpoint.openApiHeaders ?? [])].includes(name))
    .map((name) => ({
      name,
      in: 'header',
      required: name === 'ap-device-identifier',
      schema: { type: 'string' },
    }));
  return [...inPath, ...inQuery, ...inHeader];
};

const contentOf = (type: string, schema: z.ZodType) => ({
  content: { [type]: { schema: schemaOf(schema) } },
});

const operationOf = (
  endpoint: Endpoint | OwnEndpoint,
  { status, failure, failureType = 'application/json', secured }: Described,
): object => {
  const { name, summary, body, answer } = endpoint;
  return {
    operationId: name,
    summary,
    parameters: parametersOf(endpoint),
    ...(body && { requestBody: { required: true, ...contentOf(body.contentType, body.shape) } }),
    ...(secured && { security: secured === 'optional' ? [{ bearer: [] }, {}] : [{ bearer: [] }] }),
    responses: {
      [status]: { description: summary, ...(answer && contentOf('application/json', answer)) },
      default: {
        description: 'The request was rejected or failed; see docs/errors.md',
        ...contentOf(failureType, failure),
      },
    },
  };
};

const registration: Described = { status: 201, failure: dcrError, secured: false };
const redirect: Described = { status: 302, failure: gatewayError, secured: false };
const own: Described = {
  status: 200,
  failure: problem,
  failureType: 'application/problem+json',
  secured: true,
};
const forwarded: Described = { status: 200, failure: gatewayError, secured: true };

/** docs/openapi.json, byte for byte. */
export const openApiDocument = (operations: readonly Operation[] = operationTable): string => {
  const described: readonly (readonly [Endpoint | OwnEndpoint, Described])[] = [
    [register, registration],
    [token, registration],
    [authenticate, redirect],
    [start, { ...own, secured: 'optional' }],
    [decisions, own],
    [explain, own],
    [logoutPlan, own],
    [logout, own],
    [mediaTokenVerification, own],
    [userMetadata, own],
    ...operations.map((operation) => [operation, forwarded] as const),
  ];
  const paths: Record<string, Record<string, object>> = {};
  for (const [endpoint, about] of described) {
    const { path, method } = endpoint;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(endpoint, about) };
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Kinpass',
      version: manifest.version,
      description:
        "Adobe Pass REST API V2 at the gateway, and the gateway's own calls under /v1. For sign-in, see /.well-known/openid-configuration.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://localhost:8080' }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};
