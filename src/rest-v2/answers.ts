/**
 * The shapes of Adobe's answers, as far as the gateway relies on them. Unknown keys pass, and enumerations
 * (actions, types, sources, codes) are open: Adobe adds to them. Sources: REST API V2 and DCR reference pages.
 */
import { z } from 'zod';

const text = z.string().min(1);
const instant = z.number().int();
const instantText = z.string().regex(/^\d+$/);

/** Sent in an Authorization header: RFC 6750 §2.1. */
const bearer = z.string().regex(/^[A-Za-z0-9._~+/-]+=*$/);

export const clientCredentials = z.looseObject({ client_id: text, client_secret: text });

export const clientToken = z.looseObject({
  access_token: bearer,
  expires_in: z.number().positive(),
  token_type: z.string().regex(/^bearer$/i),
});

/** DCR answers with RFC 6749 errors, never with enhanced ones. */
export const dcrError = z.looseObject({ error: text });

export const enhancedError = z.looseObject({
  code: text,
  action: z.string().optional(),
  status: z.number().int().optional(),
});

export const configuration = z.looseObject({
  requestor: z.looseObject({
    id: text,
    mvpds: z.array(z.looseObject({ id: text })).optional(),
  }),
});

export const session = z.looseObject({
  actionName: text,
  actionType: text,
  reasonType: text,
  sessionId: text,
  serviceProvider: text,
  url: z.string().optional(),
  code: z.string().optional(),
  mvpd: z.string().optional(),
  missingParameters: z.array(z.string()).optional(),
  notBefore: instantText.optional(),
  notAfter: instantText.optional(),
});

export const sessionStatus = z.looseObject({
  // The page of the flow calls it `existing`.
  existingParameters: z.record(z.string(), z.unknown()).optional(),
  missingParameters: z.array(z.string()).optional(),
  notBefore: instantText,
  notAfter: instantText,
});

const profile = z.looseObject({
  notBefore: instant,
  notAfter: instant,
  issuer: text,
  type: text,
  attributes: z.record(z.string(), z.looseObject({})),
});

export const profiles = z.looseObject({ profiles: z.record(z.string(), profile) });

const decision = z.looseObject({
  resource: text,
  authorized: z.boolean(),
  source: z.string().optional(),
  error: enhancedError.optional(),
  token: z.looseObject({ serializedToken: text }).optional(),
});

export const decisions = z.looseObject({ decisions: z.array(decision) });

export const logouts = z.looseObject({
  logouts: z.record(
    z.string(),
    z.looseObject({ actionName: text, actionType: text, url: z.string().optional() }),
  ),
});
