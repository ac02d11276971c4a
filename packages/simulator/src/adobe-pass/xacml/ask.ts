import { z } from 'zod';
import type { Authorization, Mvpd } from '#src/fixtures';
import type { Json } from '#src/lib/json';
import type { PartyContext } from '#src/party';
import type { SigningKeys } from '#src/xml/keys';
import { signXml } from '#src/xml/signature';
import type { MvpdAuthorization, MvpdSubscriber } from '../mvpd-ports.ts';
import { type Post, TransportError } from './post.ts';
import {
  type Answer,
  InvalidResponse,
  PrincipalRejected,
  readBareResponse,
  readSoapResponse,
} from './read-response.ts';
import type { RequestedResource } from './resource.ts';
import { issuerOf, subjectOf } from './subject.ts';
import { writeBareRequest, writeQuery } from './write-request.ts';

export interface AskDeps extends Pick<PartyContext, 'origins' | 'clock' | 'ids'> {
  readonly post: Post;
  readonly adobe: { readonly entityId: string; readonly key: Pick<SigningKeys, 'privateKey'> };
  /** The EntityID that the MVPD registered. */
  readonly entityIdOf: (mvpd: Mvpd) => string;
  readonly keyOf: (mvpd: Mvpd) => Pick<SigningKeys, 'publicKey'>;
  /** A new OAuth 2.0 access token; null if the session at the MVPD has ended. Errors: network_*. */
  readonly accessTokenOf: (mvpd: Mvpd, login: { readonly session: Json }) => Promise<string | null>;
}

export type AuthorizationQuestion = Parameters<MvpdAuthorization['authorize']>[0];

interface Query {
  readonly question: AuthorizationQuestion;
  readonly authorization: Authorization;
  readonly url: string;
  readonly resources: readonly RequestedResource[];
}

const algorithmOf = ({ authentication }: Mvpd) =>
  authentication?.protocol === 'saml' ? authentication.signature : 'rsa-sha256';

/** A brand that logs in under its own Issuer sends queries under the same one. */
const issuerFor = ({ mvpd, serviceProvider }: AuthorizationQuestion, entityId: string): string => {
  const { authentication } = mvpd;
  const scoped = authentication?.protocol === 'saml' && authentication.scoping === 'issuer';
  return scoped ? `${entityId}/on-behalf-of/${serviceProvider}` : entityId;
};

const askBare = async (deps: AskDeps, query: Query): Promise<Answer> => {
  const { question, authorization, url, resources } = query;
  const { mvpd, subscriber, device } = question;
  const isBearer = authorization.request === 'bearer';
  const token = isBearer ? await deps.accessTokenOf(mvpd, subscriber) : null;
  if (isBearer && token === null) throw new PrincipalRejected('ended', 'The session has ended');
  const subject = subjectOf(authorization.request, subscriber);
  const request = writeBareRequest({ subject, resources, address: device.address });
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const { status, text } = await deps.post(url, request, headers);
  if (status === 401 && isBearer) throw new PrincipalRejected('ended', 'The access token is no longer valid');
  if (status !== 200)
    throw new TransportError('network_received_error', `the MVPD responded with status ${status}`);
  const asked = resources.map(({ id }) => id);
  return readBareResponse(text, asked);
};

const askSoap = async (deps: AskDeps, query: Query): Promise<Answer> => {
  const { clock, ids, adobe } = deps;
  const { question, authorization, url, resources } = query;
  const { mvpd, subscriber, device } = question;
  const algorithm = algorithmOf(mvpd);
  const id = `_${ids.uuid()}`;
  const subject = subjectOf(authorization.request, subscriber);
  const unsigned = writeQuery(
    { subject, resources, address: device.address },
    {
      id,
      destination: url,
      issuer: issuerFor(question, adobe.entityId),
      issueInstant: new Date(clock.now()).toISOString(),
    },
  );
  const key = await adobe.key.privateKey();
  const signed = signXml(unsigned, { key, algorithm, id, after: 'Issuer' });
  const { status, text } = await deps.post(url, signed, { soapaction: '""' });
  if (status !== 200)
    throw new TransportError('network_received_error', `the MVPD responded with status ${status}`);
  return readSoapResponse(text, {
    asked: resources.map((resource) => resource.id),
    key: await deps.keyOf(mvpd).publicKey(),
    algorithm,
    inResponseTo: id,
    now: clock.now(),
    issuer: issuerOf(subscriber) ?? deps.entityIdOf(mvpd),
    audience: adobe.entityId,
  });
};

/** Sends one query to the MVPD. Errors: TransportError, PrincipalRejected, Refusal. */
export const createAsk =
  (deps: AskDeps) =>
  async (query: Omit<Query, 'url'>): Promise<Answer> => {
    const { mvpd } = query.question;
    const url =
      query.authorization.endpoint ??
      new URL(`/${encodeURIComponent(mvpd.id)}/authorization`, deps.origins.mvpd).href;
    try {
      return await (query.authorization.request === 'soap' ? askSoap : askBare)(deps, { ...query, url });
    } catch (error) {
      if (error instanceof InvalidResponse)
        throw new TransportError('network_received_error', error.message, error);
      throw error;
    }
  };

export type Ask = ReturnType<typeof createAsk>;

const lineupSchema = z.array(z.string());

/** The channel lineup that the MVPD sent at login; null if it sent none. */
export const lineupOf = ({ attributes }: Pick<MvpdSubscriber, 'attributes'>): readonly string[] | null =>
  lineupSchema.safeParse(attributes['channelID']).data ?? null;
