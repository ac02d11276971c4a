import { z } from 'zod';
import { mediaType } from '#src/site';
import { refuse } from '../errors/refusal.ts';
import type { Switches } from '../switches.ts';
import type { Incoming } from './call.ts';

/** Error: invalid_header_content_type. */
export const formOf = ({ headers, body }: Incoming): URLSearchParams => {
  if (mediaType(headers['content-type']) !== 'application/x-www-form-urlencoded')
    throw refuse('invalid_header_content_type');
  return new URLSearchParams(body);
};

const resourcesSchema = z.object({ resources: z.array(z.string().min(1)).min(1) });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isExactJson = (header: string | undefined): boolean =>
  /^application\/json\s*;\s*charset="?utf-8"?$/i.test(header ?? '');

/** The resources of a decision. Errors: invalid_header_content_type, invalid_parameter_resources. */
export const resourcesOf = (
  { headers, body }: Incoming,
  { mediaTypeParameters }: Pick<Switches, 'mediaTypeParameters'>,
): string[] => {
  const { 'content-type': type, accept } = headers;
  const isAccepted =
    mediaTypeParameters === 'required'
      ? isExactJson(type) && (accept === undefined || accept === '*/*' || isExactJson(accept))
      : mediaType(type) === 'application/json';
  if (!isAccepted) throw refuse('invalid_header_content_type');
  const parsed = resourcesSchema.safeParse(parseJson(body));
  if (!parsed.success) throw refuse('invalid_parameter_resources');
  return parsed.data.resources;
};
