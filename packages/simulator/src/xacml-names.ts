/**
 * The names that Adobe and the MVPDs use in XACML 2.0. Some are misspelt in the documentation ("ocla", "enviroment")
 * and therefore here.
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

/** The attributes of a structured resource besides its id. */
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
  /** Permit: Adobe asks again after this many seconds. */
  reauthorize: 'urn:cablelabs:olca:1.0:obligations:re-authz',
  /** Permit: the household's maximum ratings. The id is the simulator's own; those of the assignments are documented. */
  ratings: 'urn:cablelabs:olca:1.0:obligations:ratings',
  /** Deny: parental controls. */
  restrict: 'urn:tve:xacml:2.0:obligations:restrict-pc',
  /** Deny: the package does not include the resource. */
  upgrade: 'urn:tve:xacml:2.0:obligations:upgrade',
  /** Deny: a message for the viewer and a reason code. The id is the simulator's own. */
  reason: 'urn:cablelabs:olca:1.0:obligations:reason',
} as const;

export const assignmentIds = {
  /** Not specified by Adobe's documentation. */
  seconds: 'urn:cablelabs:olca:1.0:attribute:re-authz:seconds',
  maxVchip: 'urn:cablelabs:ocla:1.0:attribute:ratings:maxVCHIP',
  maxMpaa: 'urn:cablelabs:ocla:1.0:attribute:ratings:maxMPAA',
  message: 'urn:cablelabs:ocla:1.0:attribute:enviroment:buy-flow:message',
  reasonCode: 'urn:cablelabs:olca:1.0:attribute:content:subscription:tv-network:reason-code',
} as const;

/** Reason codes for what the protocol cannot express otherwise; the values are the simulator's own. */
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

/** Compares names regardless of the spelling "ocla" or "olca"; both are in use. */
export const sameName = (one: string, other: string): boolean =>
  one.replace('cablelabs:ocla:', 'cablelabs:olca:') === other.replace('cablelabs:ocla:', 'cablelabs:olca:');
