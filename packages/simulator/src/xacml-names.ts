/**
 * Names that Adobe and the MVPDs write in XACML 2.0 exchanges. Some are misspelt in life ("ocla", "enviroment"),
 * and are therefore misspelt here.
 */
export const namespaces = {
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  /** XACML context: Request and Response. */
  context: 'urn:oasis:names:tc:xacml:2.0:context:schema:os',
  /** XACML policy: Obligations. */
  policy: 'urn:oasis:names:tc:xacml:2.0:policy:schema:os',
  /** XACMLAuthzDecisionQuery. */
  query: 'urn:oasis:names:tc:xacml:2.0:profile:saml2.0:v2:schema:protocol',
  /** XACMLAuthzDecisionStatement. */
  statement: 'urn:oasis:names:tc:xacml:2.0:profile:saml2.0:v2:schema:assertion',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

export const attributeIds = {
  subjectToken: 'urn:oasis:names:tc:xacml:1.0:subject:subject-token',
  subjectId: 'urn:oasis:names:tc:xacml:1.0:subject:subject-id',
  resourceId: 'urn:oasis:names:tc:xacml:1.0:resource:resource-id',
  action: 'urn:oasis:names:tc:xacml:1.0:action:action-id',
  address: 'urn:oasis:names:tc:xacml:1.0:subject:authn-locality:ip-address',
} as const;

export const dataTypes = {
  string: 'http://www.w3.org/2001/XMLSchema#string',
  anyUri: 'http://www.w3.org/2001/XMLSchema#anyURI',
  integer: 'http://www.w3.org/2001/XMLSchema#integer',
  base64: 'http://www.w3.org/2001/XMLSchema#base64Binary',
  address: 'urn:oasis:names:tc:xacml:2.0:data-type:ipAddress',
} as const;

export const accessSubject = 'urn:oasis:names:tc:xacml:1.0:subject-category:access-subject';

/** What a structured resource says of itself beside its id. */
export const contentIds = {
  network: 'urn:cablelabs:ocla:1.0:attribute:content:tv-network',
  namespace: 'urn:cablelabs:ocla:1.0:attribute:content:id:namespace',
  title: 'urn:cablelabs:ocla:1.0:attribute:content:title',
  vchip: 'urn:cablelabs:ocla:1.0:attribute:content:rating:vchip',
  mpaa: 'urn:cablelabs:ocla:1.0:attribute:content:rating:mpaa',
} as const;

export const statusCodes = {
  ok: 'urn:oasis:names:tc:xacml:1.0:status:ok',
  missingAttribute: 'urn:oasis:names:tc:xacml:1.0:status:missing-attribute',
  syntaxError: 'urn:oasis:names:tc:xacml:1.0:status:syntax-error',
  processingError: 'urn:oasis:names:tc:xacml:1.0:status:processing-error',
} as const;

export const samlStatus = {
  success: 'urn:oasis:names:tc:SAML:2.0:status:Success',
  requester: 'urn:oasis:names:tc:SAML:2.0:status:Requester',
  responder: 'urn:oasis:names:tc:SAML:2.0:status:Responder',
  requestDenied: 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied',
  unknownPrincipal: 'urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal',
  authnFailed: 'urn:oasis:names:tc:SAML:2.0:status:AuthnFailed',
} as const;

export const obligationIds = {
  /** Permit: Adobe records the transaction. */
  log: 'urn:cablelabs:olca:1.0:obligations:log',
  /** Permit: Adobe asks again after so many seconds. */
  reauthorize: 'urn:cablelabs:olca:1.0:obligations:re-authz',
  /** Permit: the household's highest ratings. The id is the simulator's own; those of its assignments are not. */
  ratings: 'urn:cablelabs:olca:1.0:obligations:ratings',
  /** Deny: parental controls. */
  restrict: 'urn:tve:xacml:2.0:obligations:restrict-pc',
  /** Deny: the package does not reach that far. */
  upgrade: 'urn:tve:xacml:2.0:obligations:upgrade',
  /** Deny: words for the viewer, a reason for machines. The id is the simulator's own. */
  reason: 'urn:cablelabs:olca:1.0:obligations:reason',
} as const;

export const assignmentIds = {
  /** Adobe's documentation leaves this one open. */
  seconds: 'urn:cablelabs:olca:1.0:attribute:re-authz:seconds',
  maxVchip: 'urn:cablelabs:ocla:1.0:attribute:ratings:maxVCHIP',
  maxMpaa: 'urn:cablelabs:ocla:1.0:attribute:ratings:maxMPAA',
  message: 'urn:cablelabs:ocla:1.0:attribute:enviroment:buy-flow:message',
  reasonCode: 'urn:cablelabs:olca:1.0:attribute:content:subscription:tv-network:reason-code',
} as const;

/** Reasons for machines, where the protocol has no other place for them; the values are the simulator's own. */
export const reasonCodes = {
  unknownSubject: 'UNKNOWN_SUBJECT',
  sessionEnded: 'SESSION_ENDED',
  outOfHome: 'OUT_OF_HOME',
  notSubscribed: 'NOT_SUBSCRIBED',
} as const;

export interface Assignment {
  readonly id: string;
  readonly dataType: string;
  readonly value: string;
}

export interface Obligation {
  readonly id: string;
  readonly assignments: readonly Assignment[];
}

/** "ocla" and "olca" are both in use for the same names. */
export const sameName = (one: string, other: string): boolean =>
  one.replace('cablelabs:ocla:', 'cablelabs:olca:') === other.replace('cablelabs:ocla:', 'cablelabs:olca:');
