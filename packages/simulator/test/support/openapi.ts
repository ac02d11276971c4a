import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { RecordedRequest } from '#src/recording';

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

interface Document {
  /** Path, method, status → the name of the body's schema; null if there is none. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string | null>>>>>>;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const documentNamed = (name: string): Document =>
  JSON.parse(readFileSync(new URL(`../fixtures/openapi/${name}.json`, import.meta.url), 'utf8'));

/** Objects whose members are listed have no others, so that nothing undocumented passes. */
const closed = (schema: JsonSchema): JsonSchema =>
  Object.keys(schema.properties ?? {}).length > 0 && schema.additionalProperties === undefined
    ? { ...schema, additionalProperties: false }
    : schema;

/** An operation of Adobe's OpenAPI documents. */
export interface Operation {
  /** `GET /api/v2/{serviceProvider}/profiles` */
  readonly name: string;
  readonly statuses: readonly string[];
  matches(request: Pick<RecordedRequest, 'method' | 'path'>): boolean;
  /** What differs between a response and the document, as `<status> <member> <problem>`. */
  deviations(request: RecordedRequest): string[];
}

const typeOf = ({ response }: RecordedRequest): string =>
  String(response?.headers['content-type'] ?? '').split(';')[0] ?? '';

const bodyOf = ({ response }: RecordedRequest): unknown => JSON.parse(response?.body ?? 'null');

const problemsOf = (error: z.ZodError): string[] =>
  error.issues.flatMap((issue) => {
    const at = (...more: PropertyKey[]) => [...issue.path, ...more].map(String).join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${at(key)} is not documented`)
      : [`${at()} ${issue.message}`];
  });

const operationsOf = ({ paths, schemas }: Document): Operation[] => {
  const $defs = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, closed(schema)]));
  const validators = new Map(
    Object.keys(schemas).map((name) => [name, z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs })]),
  );
  return Object.entries(paths).flatMap(([path, methods]) => {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
    return Object.entries(methods).map(
      ([method, responses]): Operation => ({
        name: `${method.toUpperCase()} ${path}`,
        statuses: Object.keys(responses),
        matches: (request) => request.method === method.toUpperCase() && pattern.test(request.path),
        deviations: (request) => {
          const status = String(request.status);
          const schema = responses[status];
          if (schema === undefined) return [`${status} is not documented`];
          if (schema === null) return [];
          if (typeOf(request) !== 'application/json') return [`${status} is ${typeOf(request)}`];
          const { error } = validators.get(schema)?.safeParse(bodyOf(request)) ?? {};
          return error ? problemsOf(error).map((problem) => `${status} ${problem}`) : [];
        },
      }),
    );
  });
};

const parameters = (path: string): number => path.split('{').length;

/** All operations; those whose path has fewer parameters first, because `profiles/code/{code}` is no MVPD. */
export const documentedOperations: readonly Operation[] = ['rest-api-v2', 'client-registration']
  .flatMap((name) => operationsOf(documentNamed(name)))
  .sort((one, other) => parameters(one.name) - parameters(other.name));
