/** Adobe's OpenAPI files as data: test/fixtures/adobe-openapi. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const parameter = z.object({
  in: z.enum(['path', 'query', 'header']),
  name: z.string(),
  required: z.boolean().optional(),
});

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    properties: z.record(z.string(), schema).optional(),
  }),
);
interface Schema {
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
}

const content = z.record(z.string(), z.object({ schema }));
const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content }).optional(),
});
const document = z.object({
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

/** One method of one path, as Adobe's files list it. */
export interface ListedOperation {
  /** `GET /api/v2/{serviceProvider}/profiles`. */
  readonly endpoint: string;
  readonly path: readonly string[];
  readonly query: readonly string[];
  /** In lower case. */
  readonly headers: readonly string[];
  readonly contentType: string | undefined;
  /** The members of the body. */
  readonly body: readonly string[];
}

const read = (name: string): ListedOperation[] => {
  const file = new URL(`../fixtures/adobe-openapi/${name}.json`, import.meta.url);
  const { servers, paths, components } = document.parse(JSON.parse(readFileSync(file, 'utf8')));
  const base = new URL(servers[0]?.url ?? '').pathname;
  const resolved = ({ $ref, ...own }: Schema): Schema =>
    $ref === undefined ? own : (components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => {
      const named = (place: string) =>
        parameters.filter((candidate) => candidate.in === place).map(({ name: own }) => own);
      const [[contentType, body] = []] = Object.entries(requestBody?.content ?? {});
      return {
        endpoint: `${method.toUpperCase()} ${base}${path}`,
        path: named('path'),
        query: named('query'),
        headers: named('header').map((header) => header.toLowerCase()),
        contentType,
        body: Object.keys((body && resolved(body.schema))?.properties ?? {}),
      };
    }),
  );
};

export const listedOperations: readonly ListedOperation[] = [...read('restApiV2'), ...read('dcrApi')];
