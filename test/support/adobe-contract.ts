/** What is said between the gateway and Adobe Pass, held against Adobe's OpenAPI files: test/fixtures/adobe-openapi. */
import { readFileSync } from 'node:fs';
import type { RecordedRequest } from '@kinpass/simulator';
import { z } from 'zod';
import { contradictions } from './adobe-contradictions.ts';

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

const content = z.record(z.string(), z.object({ schema: z.custom<JsonSchema>().optional() }));
const operation = z.object({
  parameters: z
    .array(z.object({ in: z.string(), name: z.string(), required: z.boolean().default(false) }))
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});
const document = z.object({
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), z.custom<JsonSchema>()) }),
});

type Exchange = Pick<
  RecordedRequest,
  'method' | 'path' | 'query' | 'headers' | 'body' | 'status' | 'response'
>;

interface Documented {
  /** `GET /api/v2/{serviceProvider}/profiles` */
  readonly name: string;
  matches(exchange: Exchange): boolean;
  request(exchange: Exchange): string[];
  response(exchange: Exchange): string[];
}

/** Headers of the connection and of the body's length, which no API document lists. */
const transport = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding']);

/** Objects whose members are listed have no others, so that nothing undocumented passes. References as zod reads them. */
const closed = (schema: JsonSchema): JsonSchema => {
  const text = JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/');
  return JSON.parse(text, (_key, value) =>
    value?.type === 'object' && value.properties && value.additionalProperties === undefined
      ? { ...value, additionalProperties: false }
      : value,
  );
};

const problemsOf = (error: z.ZodError | undefined): string[] =>
  (error?.issues ?? []).flatMap((issue) => {
    const at = (...more: PropertyKey[]) => [...issue.path, ...more].map(String).join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${at(key)} is not documented`)
      : [`${at()} ${issue.message}`];
  });

const typeOf = (header: string | string[] | undefined): string => String(header ?? '').split(';')[0] ?? '';

const jsonOf = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
};

const readBody = (type: string, body: string | null): unknown =>
  type === 'application/json' ? jsonOf(body) : Object.fromEntries(new URLSearchParams(body ?? ''));

/** Names that are not listed, and listed ones that must be there and are not. */
const compareNames = (
  what: string,
  given: readonly string[],
  listed: readonly { readonly name: string; readonly required: boolean }[],
): string[] => {
  const names = new Set(listed.map(({ name }) => name));
  return [
    ...given.filter((name) => !names.has(name)).map((name) => `${what} ${name} is not documented`),
    ...listed
      .filter(({ name, required }) => required && !given.includes(name))
      .map(({ name }) => `${what} ${name} is missing`),
  ];
};

const documentedIn = (file: string): Documented[] => {
  const url = new URL(`../fixtures/adobe-openapi/${file}.json`, import.meta.url);
  const { servers, paths, components } = document.parse(JSON.parse(readFileSync(url, 'utf8')));
  const base = new URL(servers[0]?.url ?? '').pathname;
  const $defs = Object.fromEntries(
    Object.entries(components.schemas).map(([name, schema]) => [name, closed(schema)]),
  );
  const validator = (schema: JsonSchema) => z.fromJSONSchema({ ...closed(schema), $defs });
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody, responses }]): Documented => {
      const pattern = new RegExp(`^${base}${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      const listed = (place: string) =>
        parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name, required }) => ({
            name: place === 'header' ? name.toLowerCase() : name,
            required,
          }));
      const [[type, sent] = []] = Object.entries(requestBody?.content ?? {});
      const bodyShape = sent?.schema && validator(sent.schema);
      const answers = new Map(
        Object.entries(responses).map(([status, response]) => {
          const schema = response.content?.['application/json']?.schema ?? response.content?.['*/*']?.schema;
          return [status, schema && validator(schema)];
        }),
      );
      return {
        name: `${method.toUpperCase()} ${base}${path}`,
        matches: (exchange) => exchange.method === method.toUpperCase() && pattern.test(exchange.path),
        request: ({ query, headers, body }) => [
          ...compareNames('query', Object.keys(query), listed('query')),
          ...compareNames(
            'header',
            Object.keys(headers).filter((name) => !transport.has(name)),
            listed('header'),
          ),
          ...(typeOf(headers['content-type']) === (type ?? '') ? [] : [`body is ${headers['content-type']}`]),
          ...(type && bodyShape
            ? problemsOf(bodyShape.safeParse(readBody(type, body)).error).map((problem) => `body ${problem}`)
            : []),
        ],
        response: ({ status, response }) => {
          // No answer, or one that was cut off.
          if (status === null || response === null) return [];
          if (!answers.has(String(status))) return [`${status} is not documented`];
          const shape = answers.get(String(status));
          if (!shape) return [];
          const { error } = shape.safeParse(jsonOf(response.body));
          return problemsOf(error).map((problem) => `${status} ${problem}`);
        },
      };
    }),
  );
};

const parametersIn = ({ name }: Documented): number => name.split('{').length;

/** Those whose path has fewer parameters first, because `profiles/code/{code}` is no MVPD. */
const documented = ['restApiV2', 'dcrApi']
  .flatMap(documentedIn)
  .sort((one, other) => parametersIn(one) - parametersIn(other));

/** Not the browser's own request to log in. */
const isApi = ({ path }: Exchange): boolean => /^\/(?:o|api\/v2(?!\/authenticate\/))\//.test(path);

/**
 * What differs between exchanges with Adobe Pass and its OpenAPI files, the known contradictions included:
 * `<operation> request|response <what>`.
 */
export const deviationsIn = (exchanges: readonly Exchange[]): string[] =>
  exchanges.filter(isApi).flatMap((exchange) => {
    const found = documented.find(({ matches }) => matches(exchange));
    if (!found) return [`${exchange.method} ${exchange.path} request is not documented`];
    return [
      ...found.request(exchange).map((what) => `${found.name} request ${what}`),
      ...found.response(exchange).map((what) => `${found.name} response ${what}`),
    ];
  });

/** Deviations that no contradiction of Adobe's own documentation explains, each once. */
export const unexplained = (deviations: readonly string[]): string[] =>
  [...new Set(deviations)].filter((one) => !contradictions.some(([pattern]) => pattern.test(one)));
